import { bindSteps, numbersOf, type RunUnits } from '../program/instance.js';
import type { ForeignKernel, Program } from '../program/program.js';
import type { ThreadStep } from './serve-thread.js';
import type { TeamStep } from './team.js';

/** A step of a program that threads share. */
export interface SharedStep extends TeamStep {
  /** Runs units in this thread. */
  readonly run: RunUnits;
  /** What another runner calls; nothing where the step is this thread's alone. */
  callFor?(runner: number): ThreadStep;
}

/** The steps of a program whose module has these exports. */
export function sharedSteps(
  program: Program<ForeignKernel>,
  exports: WebAssembly.Exports,
): readonly SharedStep[] {
  const runs = bindSteps(program, exports);
  return program.steps.map((step, index) => ({
    units: step.units,
    threads: step.threads,
    run: runs[index] as RunUnits,
    callFor: (runner) => ({ name: `step${index}`, numbers: numbersOf(program, step, runner) }),
  }));
}
