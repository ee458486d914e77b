import { requantizationRatios, type StoredAs, storedBounds } from '@sepconv/graph';
import { roundHalfEven, type Shape, type Tensor, zeros } from '@sepconv/tensor';

/** `clip(zeroPoint + rounded)`. */
export function clip(rounded: number, output: StoredAs): number {
  const { min, max } = storedBounds(output);
  return Math.min(max, Math.max(min, output.zeroPoint + rounded));
}

/** The mean of `count` stored integers with this int32 sum, halves away from zero; of none it is 0. */
export function storedMean(sum: number, count: number): number {
  const half = Math.floor(count / 2);
  return count === 0 ? 0 : Math.trunc((sum > 0 ? sum + half : sum - half) / count);
}

/** What an op multiplies with, and how its sums are stored. */
interface Scales {
  readonly inputScale: number;
  readonly weightScales: readonly number[];
}

/** Rounds the int32 sum at an index: its product with the channel's ratio in float32, halves to the even integer. */
export function rounding(
  { inputScale, weightScales }: Scales,
  output: StoredAs,
): (sum: number, index: number) => number {
  const ratios = requantizationRatios(inputScale, weightScales, output.scale);
  return (sum, index) => roundHalfEven(Math.fround(Math.fround(sum) * ratios[index % ratios.length]!));
}

/** The stored integers of int32 sums, whose last dimension are the output channels where the weight has a scale for each. */
export function storeSums(sums: Int32Array, scales: Scales, output: StoredAs, outputShape: Shape): Tensor {
  const round = rounding(scales, output);
  const result = zeros(output.dtype, outputShape);
  for (let i = 0; i < sums.length; i++) {
    result.data[i] = clip(round(sums[i]!, i), output);
  }
  return result;
}

/** The one scale of an operand that is quantized as a whole. */
export function scaleOf({ quantization }: Tensor): number {
  return quantization!.scale[0]!;
}
