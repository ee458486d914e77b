/** @file From a range of real numbers to the integers that stand for them. */
import type { StoredAs } from '@sepconv/graph';
import { storedRange } from '@sepconv/tensor';
import { type ActivationType, type Interval, storedOver } from '@sepconv/train/quantization';
import { QuantizeError } from './errors.js';

/** A wider range is no activation: float32 holds its scale, but no product of two of them. */
const widest = 2 ** 60;

/**
 * {@link storedOver} of a range that may be none.
 *
 * @throws {QuantizeError} when a bound is not finite, or the lower one above the other.
 */
export function storageOf({ min, max }: Interval, dtype: ActivationType, what: string): StoredAs {
  if (!Number.isFinite(min) || !Number.isFinite(max) || min > max) {
    throw new QuantizeError(`the range of ${what} is from ${min} to ${max}, which no scale can be made of`);
  }
  if (Math.max(0, max) - Math.min(0, min) > widest) {
    throw new QuantizeError(
      `the range of ${what} is from ${min} to ${max}, wider than any activation: the inputs or the weights are damaged`,
    );
  }
  return storedOver({ min, max }, dtype);
}

/** What a number is after it was stored as an integer. */
export function roundTo({ dtype, scale, zeroPoint }: StoredAs): (value: number) => number {
  const { min, max } = storedRange(dtype);
  return (value) => scale * (Math.min(max, Math.max(min, Math.round(value / scale) + zeroPoint)) - zeroPoint);
}
