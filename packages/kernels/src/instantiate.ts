import type { Weights } from '@sepconv/graph';
import { packPlan } from './pack/plan.js';
import type { Plan } from './plan/plan.js';
import { generate } from './program/generate.js';
import { bindSteps, memoryFor, type RunUnits } from './program/instance.js';
import { findMemory } from './program/memory.js';
import { emitProgram } from './program/module.js';

/** A plan's compiled module and its memory, which other threads can be given. */
export interface Compiled {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
}

/** What a session needs of a plan with its weights. */
export interface Runnable {
  /** Where inputs and outputs lie; another one after a run in which a thread was lost. */
  readonly memory: WebAssembly.Memory;
  /** Runs all steps. */
  run(): void;
  /** For each step, a function that runs the units from its first argument to before its second. */
  readonly steps: readonly RunUnits[];
}

/** A plan's module with its own memory, weights packed. */
export interface Instance extends Compiled, Runnable {
  readonly memory: WebAssembly.Memory;
  readonly exports: WebAssembly.Exports;
}

/** The threads of a session that has some. */
export interface SessionThreads {
  /** Those that the next run takes. */
  readonly count: number;
  /** What is to be said about them. */
  readonly report: string;
  /** Of all memory, their scratch included. */
  readonly memoryBytes: number;
  ready(): Promise<void>;
  /** Runs all steps, and gives the milliseconds of each. */
  timeSteps(): readonly number[];
  leave(): void;
}

/** A plan with what runs it. */
export interface PlannedInstance {
  readonly plan: Plan;
  readonly instance: Runnable;
  readonly threads?: SessionThreads;
}

/** Who else runs units of the plan. */
export interface Runners {
  /** How many there are, each with scratch of its own; see {@link joinInstance}. Default 1. */
  readonly runners?: number;
  /** The memory that they share; by default one that nobody shares is made. */
  readonly shared?: WebAssembly.Memory | undefined;
}

/**
 * Emits, compiles and instantiates a plan, and packs the weights of its network.
 *
 * @throws {EngineError} when there is not so much memory.
 */
export async function instantiatePlan(
  plan: Plan,
  weights: Weights,
  { runners = 1, shared }: Runners = {},
): Promise<Instance> {
  const memory = shared ?? (await findMemory(memoryFor(plan, runners)));
  // V8 compiles in the background while the weights are packed.
  const compiled = generate(emitProgram(plan, shared !== undefined), {
    environment: { memory },
  });
  packPlan(plan, weights, memory.buffer);
  const { module, instance } = await compiled;
  const run = instance.exports.run as () => void;
  return { module, memory, exports: instance.exports, run, steps: bindSteps(plan, instance.exports) };
}

/** The steps of an instantiated plan for another runner, from 1 up: on the same memory, with scratch of its own. */
export async function joinInstance(
  plan: Plan,
  { module, memory }: Compiled,
  runner: number,
): Promise<readonly RunUnits[]> {
  const { exports } = await WebAssembly.instantiate(module, { environment: { memory } });
  return bindSteps(plan, exports, runner);
}
