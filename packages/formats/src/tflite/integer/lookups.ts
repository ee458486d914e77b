/** @file Operators on each byte by itself that the runtimes of TFLite files compute in fixed-point numbers. */
import { roundHalfEven } from '@sepconv/tensor';
import {
  divideByPowerOfTwo,
  type FixedFactor,
  fixedFactor,
  fround,
  highProduct,
  multiplyFixed,
  saturate,
} from './fixed-point.js';
import { type ByteRule, byTable, type StoredFunction } from './tables.js';

/** A factor in 256ths, within the reach of XNNPACK's kernels. */
function in256ths(factor: number): number | undefined {
  const reach = Math.abs(factor);
  return reach >= 2 ** -8 && reach <= 2 ** 7 ? roundHalfEven(256 * factor) : undefined;
}

/** A product with 256ths, halves up. */
const product256 = (difference: number, factor: number): number =>
  Math.floor((difference * factor + 128) / 256);

/** `zero + of(stored − zero before)` */
const shifted =
  (before: number, after: number, of: StoredFunction): StoredFunction =>
  (stored) =>
    after + of(stored - before);

const isSameType: (...operands: Parameters<ByteRule>) => boolean = (_, input, output) =>
  input.dtype === output.dtype;

/**
 * QUANTIZE of bytes: within a type in 256ths, between types and beyond their reach in fixed point.
 *
 * Sources: XNNPACK, src/microparams-init.c, `xnn_init_qs8_cvt_scalar_params`, and src/qs8-vcvt; TensorFlow Lite,
 * kernels/internal/reference/requantize.h, `Requantize`.
 */
export const readIntegerQuantize = byTable((context, input, output) => {
  const isSame = isSameType(context, input, output);
  if (isSame && input.scale === output.scale && input.zeroPoint === output.zeroPoint) return undefined;
  const factor = isSame ? in256ths(fround(input.scale / output.scale)) : undefined;
  const fixed = fixedFactor(input.scale / output.scale);
  return shifted(input.zeroPoint, output.zeroPoint, (difference) =>
    factor === undefined ? multiplyFixed(difference, fixed) : product256(difference, factor),
  );
});

/**
 * RELU, RELU6, RELU_N1_TO_1 and RELU_0_TO_1 as operators of their own.
 *
 * Source: TensorFlow Lite, kernels/activations.cc, `QuantizedReluX`, and kernels/internal/reference/reference_ops.h, `ReluX`.
 */
const requantized: ByteRule = (context, input, output) => {
  if (!isSameType(context, input, output)) return undefined;
  const factor = fixedFactor(fround(input.scale / output.scale));
  return shifted(input.zeroPoint, output.zeroPoint, (difference) => multiplyFixed(difference, factor));
};

export const readIntegerRelu = byTable(requantized, { min: 0, max: Infinity });
export const readIntegerRelu6 = byTable(requantized, { min: 0, max: 6 });
export const readIntegerReluMinusOneToOne = byTable(requantized, { min: -1, max: 1 });
export const readIntegerReluZeroToOne = byTable(requantized, { min: 0, max: 1 });

/** A factor of either sign in fixed point. */
function signedProduct(factor: number): StoredFunction {
  if (factor === 0) return () => 0;
  const fixed: FixedFactor = fixedFactor(Math.abs(factor));
  return (difference) => Math.sign(factor) * multiplyFixed(difference, fixed);
}

/**
 * LEAKY_RELU, in 256ths, or beyond their reach in fixed point.
 *
 * Sources: XNNPACK, src/microparams-init.c, `xnn_init_qs8_lrelu_scalar_params`, and src/qs8-vlrelu; TensorFlow Lite,
 * kernels/internal/reference/leaky_relu.h, `QuantizeLeakyRelu`.
 */
export const readIntegerLeakyRelu = byTable((context, input, output) => {
  if (!isSameType(context, input, output)) return undefined;
  const slope = context.options(75).float32(0, 'alpha');
  const ratio = fround(input.scale / output.scale);
  const [positive, negative] = [in256ths(ratio), in256ths(fround(ratio * slope))];
  const isIn256ths = positive !== undefined && negative !== undefined && negative >= -32767;
  const below = signedProduct(fround(fround(input.scale * slope) / output.scale));
  const above = signedProduct(ratio);
  return shifted(input.zeroPoint, output.zeroPoint, (difference) => {
    if (isIn256ths) return product256(difference, difference < 0 ? negative : positive);
    return difference < 0 ? below(difference) : above(difference);
  });
});

/** The upper 16 bits of a factor's fraction. */
const upperHalf = ({ fraction }: FixedFactor): number =>
  Math.min(32767, Math.floor((fraction + 32768) / 65536));

/**
 * HARD_SWISH, in 16 bits: the input in units of 1/128 of its scale, times the share of it, from 0 to 1, that passes.
 *
 * Source: TensorFlow Lite, kernels/internal/reference/hard_swish.h, and `HardSwishPrepare` in kernels/activations.cc.
 */
export const readIntegerHardSwish = byTable((context, input, stored) => {
  if (!isSameType(context, input, stored)) return undefined;
  const fine = fround(input.scale / 128);
  const output = fixedFactor(fround(fine / stored.scale));
  const share = fixedFactor(fround(fine / fround(3 / 32768)));
  if (output.exponent > 0 || share.exponent > 16) return undefined;
  return shifted(input.zeroPoint, stored.zeroPoint, (difference) => {
    const fineInput = 128 * difference;
    const before = Math.max(0, share.exponent - 1);
    let passing = highProduct(saturate(fineInput * 2 ** before, 16), upperHalf(share), 16);
    if (share.exponent > 0) passing = saturate(2 * passing, 16);
    else passing = divideByPowerOfTwo(passing, -share.exponent);
    const product = Math.floor((passing + 32768) / 2) * highProduct(fineInput, upperHalf(output), 16);
    return divideByPowerOfTwo(Math.trunc(product / 32768), -output.exponent);
  });
});
