import type { StoredAs } from '@sepconv/graph';
import { storedRange } from '@sepconv/tensor';
import type { Interval } from './integer-plan.js';

/** The integers that activations are stored as. */
export type ActivationType = 'int8' | 'uint8';

/** A range narrower than this is that of zeros. */
const narrowest = 2 ** -60;

/**
 * Scale and zero point with which a range of real numbers is stored. 0 lies within the range and is stored exactly, since padding
 * is; the zero point is rounded to an integer and the scale to float32.
 *
 * Source: Jacob et al. 2018, arXiv:1712.05877, §3.1.
 *
 * @param range - Of finite numbers, the lesser first.
 */
export function storedOver({ min, max }: Interval, dtype: ActivationType): StoredAs {
  const limits = storedRange(dtype);
  const [low, high] = [Math.min(0, min), Math.max(0, max)];
  const width = high - low;
  // What is always 0 is stored exactly with any scale.
  if (width < narrowest) return { dtype, scale: 1, zeroPoint: limits.min };
  const scale = Math.fround(width / (limits.max - limits.min));
  const zeroPoint = Math.round(limits.min - low / scale);
  return { dtype, scale, zeroPoint: Math.min(limits.max, Math.max(limits.min, zeroPoint)) };
}

/** The range that integers stand for: what {@link storedOver} makes the same of again. */
export function rangeOfStored({ dtype, scale, zeroPoint }: StoredAs): Interval {
  const { min, max } = storedRange(dtype);
  return { min: scale * (min - zeroPoint), max: scale * (max - zeroPoint) };
}
