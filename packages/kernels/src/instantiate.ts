import type { Plan } from './plan/plan.js';
import { bindSteps, type RunUnits } from './program/instance.js';
import { allocateMemory } from './program/memory.js';
import { emitProgram } from './program/module.js';

/** A plan's module with its own memory, weights packed. */
export interface Instance {
  readonly memory: ArrayBuffer;
  /** Runs all steps. */
  run(): void;
  /** For each step, a function that runs the units from its first argument to before its second. */
  readonly steps: readonly RunUnits[];
}

/** Writes the packed weights of every step into memory. */
export function packWeights(plan: Plan, memory: ArrayBuffer): void {
  for (const { operands, addresses } of plan.steps) {
    operands.forEach((operand, index) => {
      if (operand.kind === 'weights')
        operand.fill(new Float32Array(memory, addresses[index], operand.length));
    });
  }
}

/**
 * Emits, compiles and instantiates a plan.
 *
 * @throws {EngineError} when there is not so much memory.
 */
export async function instantiatePlan(plan: Plan): Promise<Instance> {
  const memory = allocateMemory(plan.memoryBytes);
  // V8 compiles in the background while the weights are packed.
  const instantiated = WebAssembly.instantiate(emitProgram(plan), { environment: { memory } });
  packWeights(plan, memory.buffer);
  const { exports } = (await instantiated).instance;
  return {
    memory: memory.buffer,
    run: exports.run as () => void,
    steps: bindSteps(plan, exports),
  };
}
