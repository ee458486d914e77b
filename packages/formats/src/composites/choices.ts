/** @file Comparisons, of which the graph has two, and what is made by them. What holds is 1, and what does not 0. */
import { createTensor } from '@sepconv/tensor';
import { type Composer, type Step, step } from './composer.js';
import { largest } from './reductions.js';

/** Whether a value is 0: a condition turned round. */
export const not = (c: Composer, value: string): Step => step('equal', [value, c.number(0)]);

/** Comparisons by the sign that they are written with; with NaN only `≠` holds. */
export const comparisons = {
  '<': (_: Composer, a: string, b: string): Step => step('less', [a, b]),
  '>': (_: Composer, a: string, b: string): Step => step('less', [b, a]),
  '=': (_: Composer, a: string, b: string): Step => step('equal', [a, b]),
  '≠': (c: Composer, a: string, b: string): Step => not(c, c.plain('equal', a, b)),
  '≤': (c: Composer, a: string, b: string): Step =>
    step('maximum', [c.plain('less', a, b), c.plain('equal', a, b)]),
  '≥': (c: Composer, a: string, b: string): Step =>
    step('maximum', [c.plain('less', b, a), c.plain('equal', a, b)]),
} as const;

/** Whether a value is not 0, as 1 or 0. */
export const isTrue = (c: Composer, value: string): Step => not(c, c.add(not(c, value)));

/** Both conditions, or one of them at least. */
export const both = (c: Composer, a: string, b: string): Step => step('mask', [c.add(isTrue(c, a)), b]);
export const either = (c: Composer, a: string, b: string): Step =>
  step('maximum', [c.add(isTrue(c, a)), c.add(isTrue(c, b))]);

/** `then` where the condition is not 0, else `otherwise`; what is not taken may be infinite or NaN. */
export function choice(c: Composer, condition: string, then: string, otherwise: string): Step {
  const taken = c.plain('mask', then, condition);
  return step('add', [taken, c.plain('mask', otherwise, c.add(not(c, condition)))]);
}

/** 1, 0 or −1 as x is above, at or below 0; 0 of NaN. */
export function sign(c: Composer, x: string): Step {
  const zero = c.number(0);
  return step('sub', [c.plain('less', zero, x), c.plain('less', x, zero)]);
}

/** `a / b`, and 0 where b is 0. */
export const quotientOrZero = (c: Composer, a: string, b: string): Step =>
  step('mask', [c.plain('div', a, b), b]);

/** Which of several extremes of the same size. */
export interface ExtremeOptions {
  readonly side: 'max' | 'min';
  readonly keeps: boolean;
  /** Whether the last one counts instead of the first. */
  readonly last?: boolean;
}

/**
 * The index of the largest or smallest number along a dimension, as a number: where the extreme is, positions count down (or up), and
 * the largest of them is that of the index. Where NaN is among them there is no such place, and the index is the last one (or first).
 */
export function indexOfExtreme(
  c: Composer,
  value: string,
  axis: number,
  { side, keeps, last = false }: ExtremeOptions,
): Step {
  const shape = c.shape(value);
  const size = shape[axis] as number;
  const signed = side === 'max' ? value : c.plain('neg', value);
  const isExtreme = c.plain('equal', signed, c.add(largest(c, signed, [axis], true)));
  // From 1 on, so that a place where it is not counts less than any where it is.
  const ranks = Float32Array.from({ length: size }, (_, i) => (last ? i + 1 : size - i));
  const rankShape = [size, ...shape.slice(axis + 1).map(() => 1)];
  const ranked = c.plain('mul', isExtreme, c.constant(createTensor('float32', rankShape, ranks)));
  const best = c.plain('maximum', c.add(largest(c, ranked, [axis], keeps)), c.number(1));
  return last ? step('sub', [best, c.number(1)]) : step('sub', [c.number(size), best]);
}

/** Of each index a row of `depth` numbers: `on` at the index, and `off` everywhere else, along a new dimension `axis`. */
export function oneHot(
  c: Composer,
  indices: string,
  { depth, axis, on, off }: Readonly<Record<'depth' | 'axis' | 'on' | 'off', number>>,
): Step {
  const shape = c.shape(indices);
  const wide = c.reshaped(indices, shape.toSpliced(axis, 0, 1));
  const places = createTensor(
    'float32',
    [depth, ...shape.slice(axis).map(() => 1)],
    Float32Array.from({ length: depth }, (_, i) => i),
  );
  const hit = c.plain('equal', wide, c.constant(places));
  if (on === 1 && off === 0) return step('mul', [hit, c.number(1)]);
  return step('add', [c.plain('mul', hit, c.number(on - off)), c.number(off)]);
}
