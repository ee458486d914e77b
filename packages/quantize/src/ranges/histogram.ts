/** @file How numbers are distributed between their extremes. */
import type { Interval } from '@sepconv/train/quantization';

/** Bins of a histogram: eight for each of the 256 integers. */
export const binCount = 2048;

/** Numbers by where they lie between `min` and `max`. Zeros, which every storage has exactly, are counted by themselves. */
export interface Histogram extends Interval {
  readonly bins: Float64Array;
  readonly zeros: number;
  /** All numbers, zeros included. */
  readonly total: number;
}

/** The width of a bin. */
export const binWidth = ({ min, max }: Interval): number => (max - min) / binCount;

/** The range without the outermost parts on each side, `part` of all numbers together. */
export function withoutTails({ bins, zeros, total, min, max }: Histogram, part: number): Interval {
  const width = binWidth({ min, max });
  const zeroBin = Math.min(binCount - 1, Math.max(0, Math.floor(-min / width)));
  const countOf = (bin: number): number => (bins[bin] as number) + (bin === zeroBin ? zeros : 0);
  const most = (part / 2) * total;
  let [low, high] = [0, binCount - 1];
  let sum = countOf(low);
  while (sum <= most && low < high) sum += countOf(++low);
  sum = countOf(high);
  while (sum <= most && high > low) sum += countOf(--high);
  return { min: min + low * width, max: min + (high + 1) * width };
}
