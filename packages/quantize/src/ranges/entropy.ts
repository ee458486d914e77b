import type { Interval } from '@sepconv/train/quantization';
import { binCount, binWidth, type Histogram } from './histogram.js';

/** `Σ p · log(p / q)` of two distributions that are not normalized; both are 0 at the same places. */
function divergence(p: Float64Array, q: Float64Array): number {
  const [sumP, sumQ] = [p, q].map((values) => values.reduce((a, b) => a + b, 0)) as [number, number];
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const value = p[i] as number;
    if (value > 0) sum += (value / sumP) * Math.log(value / sumP / ((q[i] as number) / sumQ));
  }
  return sum;
}

/** What is lost of a distribution by storing the bins from `first` to before `end` as so many levels. */
function loss(bins: Float64Array, first: number, end: number, levels: number): number {
  const kept = bins.slice(first, end);
  const clipped = kept.slice();
  // What lies without is stored as the outermost.
  for (let i = 0; i < first; i++) clipped[0] = (clipped[0] as number) + (bins[i] as number);
  for (let i = end; i < bins.length; i++)
    clipped[clipped.length - 1] = (clipped.at(-1) as number) + (bins[i] as number);
  // Each level's count is shared out evenly among those of its bins that have any.
  const stored = new Float64Array(kept.length);
  for (let level = 0; level < levels; level++) {
    const from = Math.floor((level * kept.length) / levels);
    const to = Math.floor(((level + 1) * kept.length) / levels);
    let [count, filled] = [0, 0];
    for (let i = from; i < to; i++) {
      count += kept[i] as number;
      if ((clipped[i] as number) > 0) filled++;
    }
    for (let i = from; i < to; i++) if ((clipped[i] as number) > 0) stored[i] = count / filled;
  }
  // A bin that only clipped numbers are in has nothing to stand for them: as little as one part in 10⁹.
  const least = 1e-9 * stored.reduce((a, b) => a + b, 0);
  for (let i = 0; i < stored.length; i++)
    if ((clipped[i] as number) > 0 && stored[i] === 0) stored[i] = least;
  return divergence(clipped, stored);
}

/**
 * The range with which the stored distribution differs least from the real one, by relative entropy. Both bounds move inward
 * together, in parts of their extremes. Zeros are left out: they are exact with every range.
 *
 * Source: Migacz 2017, "8-bit inference with TensorRT".
 */
export function leastEntropyLoss(histogram: Histogram, levels: number): Interval {
  const { bins, min, max } = histogram;
  const width = binWidth(histogram);
  if (!(width > 0) || bins.every((count) => count === 0)) return { min, max };
  const zero = Math.min(binCount, Math.max(0, -min / width));
  let best = { first: 0, end: binCount, loss: Infinity };
  for (let part = 1; part >= 0.1; part -= 0.01) {
    const first = Math.min(binCount - 1, Math.floor(zero * (1 - part)));
    const end = Math.max(first + 1, Math.ceil(zero + (binCount - zero) * part));
    if (end - first < levels) break;
    const found = loss(bins, first, end, levels);
    // A little less is no reason to clip.
    if (found < best.loss) best = { first, end, loss: found };
  }
  return { min: min + best.first * width, max: min + best.end * width };
}
