import { bindSteps, numbersOf, type RunUnits } from '../program/instance.js';
import { callsOthers } from '../program/module.js';
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

/** Pieces of a thread's share of a step; fewer of a kernel that begins each call with rows that another piece has computed, too. */
const pieces = 4;
const fewPieces = 2;

/** The steps of a program whose module has these exports. */
export function sharedSteps(
  program: Program<ForeignKernel>,
  exports: WebAssembly.Exports,
): readonly SharedStep[] {
  const runs = bindSteps(program, exports);
  return program.steps.map((step, index) => ({
    units: step.units,
    threads: step.threads,
    pieces: callsOthers(step.kernel) ? fewPieces : pieces,
    run: runs[index] as RunUnits,
    callFor: (runner) => ({ name: `step${index}`, numbers: numbersOf(program, step, runner) }),
  }));
}
