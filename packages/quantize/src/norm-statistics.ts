/** @file What BatchNorm knows of a layer's results without any sample: each channel's mean and deviation while it was trained. */
import { erfc, expandSeparable, foldableNorms, type Network } from '@sepconv/graph';
import { type Tensor, toFloat32 } from '@sepconv/tensor';
import type { Interval } from '@sepconv/train/quantization';

/** Mean and standard deviation of each channel, before the activation. */
export interface NormStatistics {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** The statistics of values that a layer with a folded BatchNorm gives: the norm's shift β, and its scale |γ|. */
export function normStatistics({ graph, weights }: Network): ReadonlyMap<string, NormStatistics> {
  return new Map(
    foldableNorms(expandSeparable(graph)).map(({ norm }) => {
      const [, scale = '', shift = ''] = norm.inputs;
      const numbers = (name: string): Float32Array => toFloat32(weights.get(name) as Tensor).data;
      const statistics = {
        mean: Float64Array.from(numbers(shift)),
        deviation: Float64Array.from(numbers(scale), Math.abs),
      };
      return [norm.outputs[0] as string, statistics];
    }),
  );
}

/** Deviations that a range reaches on both sides of the mean. */
const reach = 6;

const clip = ({ min, max }: Interval, value: number): number => Math.min(max, Math.max(min, value));

/**
 * The range of a layer's results behind its clamp: `β ± 6 |γ|` over all channels.
 *
 * Source: Nagel et al. 2019, arXiv:1906.04721, §5.
 */
export function normalRange({ mean, deviation }: NormStatistics, clamp: Interval): Interval {
  let [min, max] = [Infinity, -Infinity];
  mean.forEach((center, c) => {
    const far = reach * (deviation[c] as number);
    min = Math.min(min, clip(clamp, center - far));
    max = Math.max(max, clip(clamp, center + far));
  });
  return { min, max };
}

/** `Φ(x)`, and the density φ(x). */
const below = (x: number): number => erfc(-x / Math.SQRT2) / 2;
const density = (x: number): number => Math.exp(-(x ** 2) / 2) / Math.sqrt(2 * Math.PI);

/**
 * The mean of each channel behind a clamp from a to b: of a clipped normal distribution, with `α = (a − μ) / σ` and `β = (b − μ) / σ`,
 * `a · Φ(α) + μ · (Φ(β) − Φ(α)) + σ · (φ(α) − φ(β)) + b · (1 − Φ(β))`.
 *
 * Source: Nagel et al. 2019, arXiv:1906.04721, appendix C.
 */
export function clippedMeans({ mean, deviation }: NormStatistics, clamp: Interval): Float64Array {
  return mean.map((center, c) => {
    const spread = deviation[c] as number;
    if (spread === 0) return clip(clamp, center);
    const [low, high] = [(clamp.min - center) / spread, (clamp.max - center) / spread];
    const lowPart = low === -Infinity ? 0 : clamp.min * below(low);
    const highPart = high === Infinity ? 0 : clamp.max * (1 - below(high));
    return lowPart + center * (below(high) - below(low)) + spread * (density(low) - density(high)) + highPart;
  });
}
