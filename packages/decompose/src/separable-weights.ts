/** @file The weights of the two steps: their shapes, their order in memory, and what they amount to together. */
import type { Tensor } from '@sepconv/tensor';
import { groupOf, type LayerShape } from './layer-shape.js';

/** The two weights of a separable layer, as the graph's ops take them. */
export interface SeparableWeights {
  /** `[K_h, K_w, C_in, T]`, or with the pointwise step first `[K_h, K_w, T, C_out]`, for T = 1 `[K_h, K_w, C_out, 1]`. */
  readonly depthwise: Tensor<'float32'>;
  /** `[1, 1, C_in·T / groups, C_out]`, or with the pointwise step first `[1, 1, C_in / groups, C_out·T]`. */
  readonly pointwise: Tensor<'float32'>;
}

/** Two steps, and the bias that the second one adds. */
export interface BiasedWeights extends SeparableWeights {
  /** `[C_out]`. */
  readonly bias: Float32Array;
}

/** T of two steps. */
export function rankOf({ taps, slices }: LayerShape, { depthwise }: SeparableWeights): number {
  return depthwise.data.length / (taps * slices);
}

/** Shapes of {@link SeparableWeights}. */
export function separableShapes(layer: LayerShape, rank: number) {
  const { order, kernelHeight, kernelWidth, channels, filters, groups } = layer;
  const window = [kernelHeight, kernelWidth] as const;
  if (order === 'depthwise-pointwise') {
    return {
      depthwise: [...window, channels, rank],
      pointwise: [1, 1, (channels / groups) * rank, filters],
    };
  }
  return {
    depthwise: rank === 1 ? [...window, filters, 1] : [...window, rank, filters],
    pointwise: [1, 1, channels / groups, filters * rank],
  };
}

/** The standard convolution's weight `[K_h, K_w, C_in / groups, C_out]` that two steps amount to, in float64. */
export function composeWeight(layer: LayerShape, weights: SeparableWeights): Float64Array {
  const { order, slices, taps, columns, groups, filters, channels } = layer;
  const groupChannels = channels / groups;
  const { depthwise, pointwise } = weights;
  const rank = rankOf(layer, weights);
  const result = new Float64Array(taps * groupChannels * filters);
  for (let slice = 0; slice < slices; slice++) {
    const channel = slice % (slices / groups);
    const firstColumn = groupOf(layer, slice) * columns;
    for (let tap = 0; tap < taps; tap++) {
      for (let column = 0; column < columns; column++) {
        let sum = 0;
        for (let t = 0; t < rank; t++) {
          const [d, p] =
            order === 'depthwise-pointwise'
              ? [(tap * slices + slice) * rank + t, (channel * rank + t) * filters + firstColumn + column]
              : [(tap * rank + t) * slices + slice, (column * slices + slice) * rank + t];
          sum += (depthwise.data[d] as number) * (pointwise.data[p] as number);
        }
        const [c, o] = order === 'depthwise-pointwise' ? [channel, firstColumn + column] : [column, slice];
        result[(tap * groupChannels + c) * filters + o] = sum;
      }
    }
  }
  return result;
}
