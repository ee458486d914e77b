/** @file What the two steps give at sampled positions, in float64, without running a network. */
import type { LayerShape } from './layer-shape.js';
import { multiply, norm } from './linear-algebra.js';
import type { LayerSamples } from './samples.js';
import { type BiasedWeights, rankOf, type SeparableWeights } from './separable-weights.js';

/** Output channels that the second step computes from the same results of the first one. */
export interface Unit {
  /** The first of its output channels. */
  readonly firstFilter: number;
  /** How many there are: those of a group, or one with the pointwise step first. */
  readonly filters: number;
  /** What the first step gives for them, `[S, width]`. */
  readonly features: Float64Array;
  /** C_in·T / groups, or K²·T with the pointwise step first, at every tap of the second step's window. */
  readonly width: number;
}

/** Output channels whose features are held at once with the pointwise step first: all of them can be gigabytes. */
const blockFilters = 32;

/** Runs the first step and calls `visit` for every unit in order. */
export function forEachUnit(
  layer: LayerShape,
  weights: SeparableWeights,
  windows: Float32Array,
  visit: (unit: Unit) => void,
): void {
  const { order, taps, channels, filters, groups } = layer;
  const rank = rankOf(layer, weights);
  if (order === 'depthwise-pointwise') {
    const first = depthwiseFirst(layer, weights, windows, rank);
    const width = (channels * rank) / groups;
    for (let group = 0; group < groups; group++) {
      const features = groups === 1 ? first : columnsOf(first, channels * rank, group * width, width);
      visit({ firstFilter: (group * filters) / groups, filters: filters / groups, features, width });
    }
    return;
  }
  const groupFilters = filters / groups;
  for (let start = 0; start < filters; ) {
    // A block ends with its group, because the next group sees other channels.
    const end = Math.min(start + blockFilters, (Math.floor(start / groupFilters) + 1) * groupFilters);
    const first = pointwiseFirst(layer, weights, windows, rank, start, end);
    const blockWidth = (end - start) * rank;
    for (let filter = start; filter < end; filter++) {
      const features = columnsOf(first, blockWidth, (filter - start) * rank, rank);
      visit({ firstFilter: filter, filters: 1, features, width: taps * rank });
    }
    start = end;
  }
}

/** `[S, C_in, T]`: every channel's window, filtered. */
function depthwiseFirst(
  { taps, channels }: LayerShape,
  { depthwise: { data } }: SeparableWeights,
  windows: Float32Array,
  rank: number,
): Float64Array {
  const count = windows.length / (taps * channels);
  const result = new Float64Array(count * channels * rank);
  for (let s = 0; s < count; s++) {
    for (let tap = 0; tap < taps; tap++) {
      const from = (s * taps + tap) * channels;
      for (let c = 0; c < channels; c++) {
        const value = windows[from + c] as number;
        if (value === 0) continue;
        const [to, weight] = [(s * channels + c) * rank, (tap * channels + c) * rank];
        for (let t = 0; t < rank; t++)
          result[to + t] = (result[to + t] as number) + value * (data[weight + t] as number);
      }
    }
  }
  return result;
}

/** `[S, K², end − start, T]`: the channels of every pixel of a window, mixed for some output channels of one group. */
function pointwiseFirst(
  { channels, filters, groups }: LayerShape,
  { pointwise: { data } }: SeparableWeights,
  windows: Float32Array,
  rank: number,
  start: number,
  end: number,
): Float64Array {
  const pixels = windows.length / channels;
  const groupChannels = channels / groups;
  const firstChannel = Math.floor(start / (filters / groups)) * groupChannels;
  const width = (end - start) * rank;
  const result = new Float64Array(pixels * width);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let c = 0; c < groupChannels; c++) {
      const value = windows[pixel * channels + firstChannel + c] as number;
      if (value === 0) continue;
      const [to, weight] = [pixel * width, (c * filters + start) * rank];
      for (let o = 0; o < width; o++)
        result[to + o] = (result[to + o] as number) + value * (data[weight + o] as number);
    }
  }
  return result;
}

/** Some columns of a matrix of `width`. */
export function columnsOf(matrix: Float64Array, width: number, first: number, count: number): Float64Array {
  const rows = matrix.length / width;
  const result = new Float64Array(rows * count);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < count; c++) result[row * count + c] = matrix[row * width + first + c] as number;
  }
  return result;
}

/** The weight of the second step; in both orders the output channel is innermost. */
export const secondStepOf = (
  { order }: LayerShape,
  { depthwise, pointwise }: SeparableWeights,
): Float32Array => (order === 'depthwise-pointwise' ? pointwise : depthwise).data;

/** What both steps and the bias give, `[S, C_out]`. */
export function predict(layer: LayerShape, weights: BiasedWeights, windows: Float32Array): Float64Array {
  const count = windows.length / (layer.taps * layer.channels);
  const result = new Float64Array(count * layer.filters);
  const second = Float64Array.from(secondStepOf(layer, weights));
  forEachUnit(layer, weights, windows, ({ firstFilter, filters, features, width }) => {
    const matrix = columnsOf(second, layer.filters, firstFilter, filters);
    const part = multiply(features, matrix, count, width, filters);
    for (let s = 0; s < count; s++) {
      for (let o = 0; o < filters; o++) {
        result[s * layer.filters + firstFilter + o] =
          (part[s * filters + o] as number) + (weights.bias[firstFilter + o] as number);
      }
    }
  });
  return result;
}

/** `‖predicted − outputs‖ / ‖outputs‖` over all samples and channels; 0 where both norms are 0. */
export function outputErrorOf(layer: LayerShape, weights: BiasedWeights, samples: LayerSamples): number {
  const { data } = samples.outputs;
  const predicted = predict(layer, weights, samples.windows.data);
  const difference = norm(predicted.map((value, i) => value - (data[i] as number)));
  return difference === 0 ? 0 : difference / norm(data);
}
