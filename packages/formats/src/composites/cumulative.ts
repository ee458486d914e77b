/** @file Sums of all elements up to each along a dimension. */
import { type Composer, type Step, step } from './composer.js';

/** The value moved along a dimension, `count` zeros in front: what moves out at the end is gone. */
function shifted(c: Composer, value: string, axis: number, count: number): string {
  const shape = c.shape(value);
  const kept = c.add(
    step('slice', [value], {
      starts: shape.map(() => 0),
      ends: shape.map((size, d) => (d === axis ? size - count : size)),
      steps: shape.map(() => 1),
    }),
  );
  const before = shape.map((_, d) => (d === axis ? count : 0));
  return c.add(step('pad', [kept], { before, after: shape.map(() => 0), value: 0 }));
}

/** The value in the other direction of a dimension. */
function turned(c: Composer, value: string, axis: number): string {
  const shape = c.shape(value);
  return c.add(
    step('slice', [value], {
      starts: shape.map((size, d) => (d === axis ? size - 1 : 0)),
      ends: shape.map((size, d) => (d === axis ? -1 : size)),
      steps: shape.map((_, d) => (d === axis ? -1 : 1)),
    }),
  );
}

/** Which elements count. */
export interface CumulativeOptions {
  /** Without the element itself. */
  readonly exclusive: boolean;
  /** From the last one on. */
  readonly reverse: boolean;
}

/**
 * Sums of all elements of a dimension up to each, in ⌈log₂ n⌉ additions of the value to itself, moved by 1, 2, 4, … elements.
 * Source: Hillis and Steele 1986.
 */
export function cumulativeSum(
  c: Composer,
  value: string,
  axis: number,
  { exclusive, reverse }: CumulativeOptions,
): Step {
  const shape = c.shape(value);
  const size = shape[axis] as number;
  let sums = reverse ? turned(c, value, axis) : value;
  if (exclusive) sums = shifted(c, sums, axis, 1);
  for (let distance = 1; distance < size; distance *= 2)
    sums = c.plain('add', sums, shifted(c, sums, axis, distance));
  return step('reshape', [reverse ? turned(c, sums, axis) : sums], { shape: [...shape] });
}
