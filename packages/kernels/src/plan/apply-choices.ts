import type { Choices } from './choices.js';
import type { Engine } from './engine.js';
import { limitsFor } from './machine.js';
import type { FusedGroups } from './strips.js';

/**
 * What planners look at where there are choices: the engine with them and with what its machine was measured to be, and what
 * runs in strips. Those of another engine are left aside.
 */
export function applyChoices(
  engine: Engine,
  choices: Choices | undefined,
): { readonly engine: Engine; readonly fused?: FusedGroups } {
  if (choices === undefined || choices.engine !== engine.name) return { engine };
  return {
    engine: { ...engine, choices, limits: limitsFor(choices.machine) },
    fused: new Map(Object.entries(choices.fused)),
  };
}
