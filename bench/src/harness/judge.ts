/** @file Whether an output is right. A fast wrong answer has no time. */

/** What comparing found. */
export interface Verdict {
  readonly ok: boolean;
  /** The largest difference from the reference; infinite where one of the two is NaN and the other is not. */
  readonly maxError: number;
  /** The largest difference over what was allowed there: at most 1 when ok. */
  readonly maxErrorOverBound: number;
}

/** Compares with the reference; `bound` is one number for all elements, or one for each. */
export function judge(actual: Float32Array, expected: Float32Array, bound: number | Float32Array): Verdict {
  if (actual.length !== expected.length)
    throw new Error(`an output has ${actual.length} elements instead of ${expected.length}`);
  let maxError = 0;
  let maxErrorOverBound = 0;
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i] as number, expected[i] as number];
    if (Object.is(a, e) || a === e) continue;
    const difference = Math.abs(a - e);
    const error = Number.isNaN(difference) ? Infinity : difference;
    const allowed = typeof bound === 'number' ? bound : (bound[i] as number);
    maxError = Math.max(maxError, error);
    maxErrorOverBound = Math.max(maxErrorOverBound, error / allowed);
  }
  return { ok: maxErrorOverBound <= 1, maxError, maxErrorOverBound };
}

/** The distance from the smallest to the largest element. */
export function rangeOf(values: Float32Array): number {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high - low;
}
