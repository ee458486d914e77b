import type { Interval } from '@sepconv/train/quantization';
import { binCount, binWidth, type Histogram } from './histogram.js';

/** Bounds that are tried on each side, in parts of the extreme one: to a quarter of it. */
const tried = Array.from({ length: 76 }, (_, k) => 1 - k / 100);

/**
 * The mean squared error of a range: what lies within is rounded, by a twelfth of the squared step on average, what lies without
 * is clipped to the nearer bound. Zeros have no error.
 */
function squaredError({ bins, min, max, total }: Histogram, range: Interval, levels: number): number {
  const width = binWidth({ min, max });
  const [low, high] = [Math.min(0, range.min), Math.max(0, range.max)];
  const rounding = ((high - low) / (levels - 1)) ** 2 / 12;
  let sum = 0;
  for (let bin = 0; bin < binCount; bin++) {
    const count = bins[bin] as number;
    if (count === 0) continue;
    const value = min + (bin + 0.5) * width;
    const beyond = Math.max(0, low - value, value - high);
    sum += count * Math.max(rounding, beyond ** 2);
  }
  return sum / total;
}

/**
 * The range with the least mean squared error among those with the bounds at hundredths of the extremes, one side after the other.
 *
 * Source: Nagel et al. 2021, arXiv:2106.08295, §2.3.1.
 */
export function leastSquaredError(histogram: Histogram, levels: number): Interval {
  let best: Interval = { min: histogram.min, max: histogram.max };
  let error = squaredError(histogram, best, levels);
  const tryRange = (range: Interval): void => {
    const found = squaredError(histogram, range, levels);
    if (found < error) [best, error] = [range, found];
  };
  // Both sides together, since they share the step, then each by itself.
  for (const part of tried) tryRange({ min: part * histogram.min, max: part * histogram.max });
  const { min, max } = best;
  if (max > 0) for (const part of tried) tryRange({ min, max: part * histogram.max });
  const upper = best.max;
  if (min < 0) for (const part of tried) tryRange({ min: part * histogram.min, max: upper });
  return best;
}
