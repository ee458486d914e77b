/** @file Bounds on the numbers of a value, and the op that keeps a value within them. */

/** All numbers from `min` to `max`; infinite where there is no bound. */
export interface Interval {
  readonly min: number;
  readonly max: number;
}

/** No bound. */
export const everything: Interval = { min: -Infinity, max: Infinity };

/** Exactly the numbers in both. */
export function intersect(a: Interval, b: Interval): Interval {
  return { min: Math.max(a.min, b.min), max: Math.min(a.max, b.max) };
}

/** The smallest interval that holds all of them; at least one is needed. */
export function hull(intervals: readonly Interval[]): Interval {
  return intervals.reduce((a, b) => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) }));
}

/** The op that keeps a value within bounds; `undefined` when none is needed. */
export type Clamp =
  | { readonly op: 'relu' }
  | { readonly op: 'relu6' }
  | { readonly op: 'clamp'; readonly min?: number; readonly max?: number };

/**
 * The clamp that brings values of `produced` into `allowed`. A bound that cuts off less than one quantization step is no
 * clipping but rounding, and is dropped: softmax gives 1, of which uint8 stores 255/256. By the same measure 255 steps
 * of 6/255 are the 6 of a ReLU6.
 */
export function chooseClamp(produced: Interval, allowed: Interval, step: number): Clamp | undefined {
  const min = produced.min >= allowed.min - step ? undefined : allowed.min;
  const max = produced.max <= allowed.max + step ? undefined : allowed.max;
  if (min === undefined && max === undefined) return undefined;
  if (min === 0 && max === undefined) return { op: 'relu' };
  if (min === 0 && max !== undefined && Math.abs(max - 6) <= step / 2) return { op: 'relu6' };
  return { op: 'clamp', ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
}

/** What a clamp lets through. */
export function clampInterval(clamp: Clamp): Interval {
  if (clamp.op === 'relu') return { min: 0, max: Infinity };
  if (clamp.op === 'relu6') return { min: 0, max: 6 };
  return { min: clamp.min ?? -Infinity, max: clamp.max ?? Infinity };
}
