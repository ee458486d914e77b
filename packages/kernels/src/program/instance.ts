import { splitKernel } from '../plan/kernel-code.js';
import type { ForeignKernel, Program } from './program.js';

/** Runs the units of a step from `first` to before `end`. */
export type RunUnits = (first: number, end: number) => void;

/** What runs the steps of a program whose module has these exports. */
export function bindSteps(
  { steps }: Pick<Program<ForeignKernel>, 'steps'>,
  exports: WebAssembly.Exports,
): readonly RunUnits[] {
  return steps.map(({ kernel, addresses }, index) => {
    const run = exports[`step${index}`] as (...numbers: number[]) => void;
    const numbers = [...addresses, ...splitKernel(kernel).sizes];
    return (first, end) => run(first, end, ...numbers);
  });
}
