import type { Choices } from './choices.js';
import type { Engine } from './engine.js';
import { type FusedGroups, groupKey } from './strips.js';

/**
 * What planners look at where there are choices: the engine with them, and the groups that run in strips, where that was measured.
 * Those of another engine are left aside.
 */
export function applyChoices(
  engine: Engine,
  choices: Choices | undefined,
): { readonly engine: Engine; readonly fused?: FusedGroups } {
  if (choices === undefined || choices.engine !== engine.name) return { engine };
  const fused = choices.fused === undefined ? {} : { fused: new Set(choices.fused.map(groupKey)) };
  return { engine: { ...engine, choices }, ...fused };
}
