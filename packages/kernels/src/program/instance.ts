/**
 * @file What runs the steps of a program. The first runner has its scratch in the arena, where the plan put it. Others, each
 * an instance of the module on the same memory and as a rule in a thread of its own, have theirs behind everything else.
 */
import { splitKernel } from '../plan/kernel-code.js';
import { align, readableSlack } from './placement.js';
import type { ForeignKernel, Program, ProgramStep } from './program.js';

/** Runs the units of a step from `first` to before `end`. */
export type RunUnits = (first: number, end: number) => void;

type Sizes = Pick<Program<ForeignKernel>, 'memoryBytes' | 'scratchBytes'>;

/** Bytes of the memory that so many runners share. */
export function memoryFor({ memoryBytes, scratchBytes }: Sizes, runners: number): number {
  return memoryBytes + (runners - 1) * (align(scratchBytes) + readableSlack);
}

/** What a step's function is given behind the first and the last unit, for the first runner, 0, or another one. */
export function numbersOf(
  program: Sizes,
  { kernel, addresses, scratch }: ProgramStep<ForeignKernel>,
  runner: number,
): readonly number[] {
  const numbers = [...addresses, ...splitKernel(kernel).sizes];
  if (scratch !== undefined && runner > 0) numbers[scratch] = memoryFor(program, runner);
  return numbers;
}

/** What runs the steps of a program whose module has these exports, for the first runner, 0, or another one. */
export function bindSteps(
  program: Program<ForeignKernel>,
  exports: WebAssembly.Exports,
  runner = 0,
): readonly RunUnits[] {
  return program.steps.map((step, index) => {
    const run = exports[`step${index}`] as (...numbers: number[]) => void;
    const numbers = numbersOf(program, step, runner);
    return (first, end) => run(first, end, ...numbers);
  });
}
