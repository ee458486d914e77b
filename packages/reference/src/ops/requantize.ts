import { type FixedPoint, requantization, type StoredAs, storedBounds } from '@sepconv/graph';
import { type Shape, type Tensor, zeros } from '@sepconv/tensor';

/** `(sum · multiplier + 2^(shift − 1)) >> shift` in 64 bits: one rounding, halves up. */
export function requantize(sum: number, { multiplier, shift }: FixedPoint): number {
  const product = BigInt(sum) * BigInt(multiplier);
  return Number((product + (1n << BigInt(shift - 1))) >> BigInt(shift));
}

/** `clip(zeroPoint + rounded)`. */
export function clip(rounded: number, output: StoredAs): number {
  const { min, max } = storedBounds(output);
  return Math.min(max, Math.max(min, output.zeroPoint + rounded));
}

/** The stored integers of int32 sums, whose last dimension are the output channels where the weight has a scale for each. */
export function storeSums(
  sums: Int32Array,
  { inputScale, weightScales }: { readonly inputScale: number; readonly weightScales: readonly number[] },
  output: StoredAs,
  outputShape: Shape,
): Tensor {
  const factors = requantization(inputScale, weightScales, output.scale);
  const result = zeros(output.dtype, outputShape);
  for (let i = 0; i < sums.length; i++) {
    result.data[i] = clip(requantize(sums[i]!, factors[i % factors.length]!), output);
  }
  return result;
}

/** The one scale of an operand that is quantized as a whole. */
export function scaleOf({ quantization }: Tensor): number {
  return quantization!.scale[0]!;
}
