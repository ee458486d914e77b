/** @file The fixed-point arithmetic of TFLite's own kernels, to the bit, in float64. */

export const { fround } = Math;

/** To the nearest integer, halves away from zero, as C's `round`. */
export const roundAway = (x: number): number => Math.sign(x) * Math.round(Math.abs(x));

/** Between the ends of two's complement with this many bits. */
export const saturate = (x: number, bits: number): number =>
  Math.min(2 ** (bits - 1) - 1, Math.max(-(2 ** (bits - 1)), x));

/** A factor as `fraction · 2^(exponent − 31)`; the fraction has 31 bits. */
export interface FixedFactor {
  readonly fraction: number;
  readonly exponent: number;
}

/**
 * A positive factor in fixed point; what is below 2⁻³¹ is 0.
 *
 * Source: TensorFlow Lite, kernels/internal/quantization_util.cc, `QuantizeMultiplier`.
 */
export function fixedFactor(factor: number): FixedFactor {
  let exponent = Math.floor(Math.log2(factor)) + 1;
  // log2 rounds: next to a power of two it may give the neighbour.
  if (factor >= 2 ** exponent) exponent++;
  if (factor < 2 ** (exponent - 1)) exponent--;
  let fraction = Math.round((factor / 2 ** exponent) * 2 ** 31);
  if (fraction === 2 ** 31) {
    fraction /= 2;
    exponent++;
  }
  return exponent < -31 ? { fraction: 0, exponent: 0 } : { fraction, exponent };
}

/** gemmlowp's `SaturatingRoundingDoublingHighMul` of integers of this many bits: `a · b / 2^(bits − 1)`, halves up. */
export function highProduct(a: number, b: number, bits: 16 | 32): number {
  const product = a * b;
  const half = 2 ** (bits - 2);
  return saturate(Math.trunc((product + (product >= 0 ? half : 1 - half)) / 2 ** (bits - 1)), bits);
}

/** gemmlowp's `RoundingDivideByPOT`: halves away from zero. */
export const divideByPowerOfTwo = (x: number, bits: number): number => roundAway(x / 2 ** bits);

/**
 * An integer times a factor, rounded twice. A product of more than 53 bits is far beyond every byte, so that its last bits do
 * not matter.
 *
 * Source: TensorFlow Lite, kernels/internal/common.cc, `MultiplyByQuantizedMultiplier`.
 */
export function multiplyFixed(x: number, { fraction, exponent }: FixedFactor): number {
  const product = highProduct(x * 2 ** Math.max(0, exponent), fraction, 32);
  return divideByPowerOfTwo(product, Math.max(0, -exponent));
}
