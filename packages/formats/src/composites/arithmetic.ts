/** @file Arithmetic that is a few ops of the graph. */
import { type Composer, type Step, step } from './composer.js';

export const square = (_: Composer, x: string): Step => step('mul', [x, x]);
export const reciprocal = (c: Composer, x: string): Step => step('div', [c.number(1), x]);
/** One divided by the root. */
export const reciprocalRoot = (c: Composer, x: string): Step => reciprocal(c, c.plain('sqrt', x));

/** `(a − b)²` */
export function squaredDifference(c: Composer, a: string, b: string): Step {
  const difference = c.plain('sub', a, b);
  return step('mul', [difference, difference]);
}

/** The quotient, rounded down. */
export const floorDivision = (c: Composer, a: string, b: string): Step =>
  step('floor', [c.plain('div', a, b)]);

/** What is left of a: of the sign of b where the quotient was rounded down, and of that of a where it was cut. */
const remainder =
  (rounding: 'floor' | 'trunc') =>
  (c: Composer, a: string, b: string): Step =>
    step('sub', [a, c.plain('mul', b, c.plain(rounding, c.plain('div', a, b)))]);

/** Exact for integers below 2²⁴; of other numbers a multiple of b is rounded. */
export const floorRemainder = remainder('floor');
export const truncatedRemainder = remainder('trunc');

/** The sum of all, from the left. */
export function sumOf(c: Composer, values: readonly [string, ...string[]]): Step {
  const [first, ...rest] = values;
  const last = rest.pop();
  if (last === undefined) return step('reshape', [first], { shape: [...c.shape(first)] });
  return step('add', [rest.reduce((sum, value) => c.plain('add', sum, value), first), last]);
}
