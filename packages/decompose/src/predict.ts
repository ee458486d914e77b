/** @file What the two steps give at sampled positions, in float64, without running a network. */
import type { LayerShape } from './layer-shape.js';
import { multiply, norm } from './linear-algebra.js';
import type { LayerSamples } from './samples.js';
import { type BiasedWeights, rankOf, type SeparableWeights } from './separable-weights.js';

/**
 * The result of the first step at every sample: with the depthwise step first `[S, C_in, T]`; with the pointwise step first, at
 * every tap of the second one's window, `[S, K², C_out, T]`.
 */
export function firstStep(
  layer: LayerShape,
  weights: SeparableWeights,
  windows: Float32Array,
  count: number,
): Float64Array {
  const { taps, channels, filters, groups } = layer;
  const { depthwise, pointwise } = weights;
  const rank = rankOf(layer, weights);
  if (layer.order === 'depthwise-pointwise') {
    const result = new Float64Array(count * channels * rank);
    for (let s = 0; s < count; s++) {
      for (let tap = 0; tap < taps; tap++) {
        const from = (s * taps + tap) * channels;
        for (let c = 0; c < channels; c++) {
          const value = windows[from + c] as number;
          if (value === 0) continue;
          const [to, weight] = [(s * channels + c) * rank, (tap * channels + c) * rank];
          for (let t = 0; t < rank; t++)
            result[to + t] = (result[to + t] as number) + value * (depthwise.data[weight + t] as number);
        }
      }
    }
    return result;
  }
  const [groupChannels, width] = [channels / groups, filters * rank];
  const groupWidth = width / groups;
  const result = new Float64Array(count * taps * width);
  for (let pixel = 0; pixel < count * taps; pixel++) {
    for (let c = 0; c < channels; c++) {
      const value = windows[pixel * channels + c] as number;
      if (value === 0) continue;
      const first = Math.floor(c / groupChannels) * groupWidth;
      const [to, weight] = [pixel * width + first, (c % groupChannels) * width + first];
      for (let o = 0; o < groupWidth; o++)
        result[to + o] = (result[to + o] as number) + value * (pointwise.data[weight + o] as number);
    }
  }
  return result;
}

/** Of the result of a depthwise first step, what the outputs of one group are mixed from: `[S, C_in·T / groups]`. */
export function groupFeatures(
  { channels, groups }: LayerShape,
  first: Float64Array,
  count: number,
  group: number,
  rank: number,
): Float64Array {
  const width = (channels * rank) / groups;
  if (groups === 1) return first;
  const result = new Float64Array(count * width);
  for (let s = 0; s < count; s++) {
    const from = s * channels * rank + group * width;
    result.set(first.subarray(from, from + width), s * width);
  }
  return result;
}

/** Of the result of a pointwise first step, what one output channel is filtered from: `[S, K²·T]`. */
export function sliceFeatures(
  { taps, filters }: LayerShape,
  first: Float64Array,
  count: number,
  slice: number,
  rank: number,
): Float64Array {
  const result = new Float64Array(count * taps * rank);
  for (let pixel = 0; pixel < count * taps; pixel++) {
    const from = (pixel * filters + slice) * rank;
    for (let t = 0; t < rank; t++) result[pixel * rank + t] = first[from + t] as number;
  }
  return result;
}

/** What both steps and the bias give, `[S, C_out]`. */
export function predict(
  layer: LayerShape,
  weights: BiasedWeights,
  windows: Float32Array,
  count: number,
): Float64Array {
  const { filters, groups } = layer;
  const rank = rankOf(layer, weights);
  const first = firstStep(layer, weights, windows, count);
  const result = new Float64Array(count * filters);
  const isDepthwiseFirst = layer.order === 'depthwise-pointwise';
  const units = isDepthwiseFirst ? groups : filters;
  const unitFilters = filters / units;
  const second = (isDepthwiseFirst ? weights.pointwise : weights.depthwise).data;
  for (let unit = 0; unit < units; unit++) {
    const features = isDepthwiseFirst
      ? groupFeatures(layer, first, count, unit, rank)
      : sliceFeatures(layer, first, count, unit, rank);
    const width = features.length / count;
    const matrix = new Float64Array(width * unitFilters);
    for (let row = 0; row < width; row++) {
      for (let o = 0; o < unitFilters; o++)
        matrix[row * unitFilters + o] = second[row * filters + unit * unitFilters + o] as number;
    }
    const part = multiply(features, matrix, count, width, unitFilters);
    for (let s = 0; s < count; s++) {
      for (let o = 0; o < unitFilters; o++) {
        const filter = unit * unitFilters + o;
        result[s * filters + filter] =
          (part[s * unitFilters + o] as number) + (weights.bias[filter] as number);
      }
    }
  }
  return result;
}

/** `‖predicted − outputs‖ / ‖outputs‖` over all samples and channels; 0 where both norms are 0. */
export function outputErrorOf(layer: LayerShape, weights: BiasedWeights, samples: LayerSamples): number {
  const { data } = samples.outputs;
  const predicted = predict(layer, weights, samples.windows.data, samples.outputs.shape[0] as number);
  const difference = norm(predicted.map((value, i) => value - (data[i] as number)));
  return difference === 0 ? 0 : difference / norm(data);
}
