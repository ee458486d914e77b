import {
  type FixedPoint,
  type RequantizeAttributes,
  requantization,
  requantizationRatios,
  type StoredAs,
  storedBounds,
} from '@sepconv/graph';
import { roundHalfEven, type Shape, type Tensor, zeros } from '@sepconv/tensor';

/** `(sum · multiplier + 2^(shift − 1)) >> shift` in 64 bits: one rounding, halves up. */
function requantize(sum: number, { multiplier, shift }: FixedPoint): number {
  const product = BigInt(sum) * BigInt(multiplier);
  return Number((product + (1n << BigInt(shift - 1))) >> BigInt(shift));
}

/** `round(sum · ratio)` in float32, halves to the even integer. */
function requantizeFloat32(sum: number, ratio: number): number {
  return roundHalfEven(Math.fround(Math.fround(sum) * ratio));
}

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

/** The rounded integer of the sum at an index, with the factor of its channel. */
const roundedBy =
  <Factor>(factors: readonly Factor[], round: (sum: number, factor: Factor) => number) =>
  (sum: number, index: number): number =>
    round(sum, factors[index % factors.length]!);

/** What an op multiplies with, and how its sums are stored. */
interface Scales {
  readonly inputScale: number;
  readonly weightScales: readonly number[];
}

/** Rounds the int32 sum at an index as the node says. */
export function rounding(
  { inputScale, weightScales }: Scales,
  { output, requantize: how }: RequantizeAttributes,
): (sum: number, index: number) => number {
  return how === 'float32'
    ? roundedBy(requantizationRatios(inputScale, weightScales, output.scale), requantizeFloat32)
    : roundedBy(requantization(inputScale, weightScales, output.scale), requantize);
}

/** The stored integers of int32 sums, whose last dimension are the output channels where the weight has a scale for each. */
export function storeSums(
  sums: Int32Array,
  scales: Scales,
  attributes: RequantizeAttributes,
  outputShape: Shape,
): Tensor {
  const round = rounding(scales, attributes);
  const { output } = attributes;
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
