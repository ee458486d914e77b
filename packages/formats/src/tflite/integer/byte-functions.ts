/**
 * @file What the runtimes of TFLite files do to each byte by itself, operator by operator: what is stored for a stored integer, in
 * their fixed-point numbers or in their float32. Readers fill tables with it, and whoever makes integer networks does too.
 */
import { erfc, type StoredAs } from '@sepconv/graph';
import { roundHalfEven } from '@sepconv/tensor';
import type { ByteType } from '../../byte-type.js';
import { expf } from './exponential.js';
import {
  divideByPowerOfTwo,
  type FixedFactor,
  fixedFactor,
  fround,
  highProduct,
  multiplyFixed,
  roundAway,
  saturate,
} from './fixed-point.js';

/** How bytes are stored: `scale · (stored − zeroPoint)`. */
export interface Stored {
  readonly dtype: ByteType;
  readonly scale: number;
  readonly zeroPoint: number;
}

/** What is stored for a stored integer, before it is clipped to the result's bounds. */
export type StoredFunction = (stored: number) => number;

/**
 * What an operator does to each byte; `undefined` where the runtime does not take these types, so that real numbers are
 * computed.
 */
export type ByteFunction = (input: Stored, output: StoredAs) => StoredFunction | undefined;

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

const isSameType: (...operands: Parameters<ByteFunction>) => boolean = (input, output) =>
  input.dtype === output.dtype;

/**
 * QUANTIZE of bytes: within a type in 256ths, between types and beyond their reach in fixed point.
 *
 * Sources: XNNPACK, src/microparams-init.c, `xnn_init_qs8_cvt_scalar_params`, and src/qs8-vcvt; TensorFlow Lite,
 * kernels/internal/reference/requantize.h, `Requantize`.
 */
export const requantizedByte: ByteFunction = (input, output) => {
  const isSame = isSameType(input, output);
  if (isSame && input.scale === output.scale && input.zeroPoint === output.zeroPoint) return undefined;
  const factor = isSame ? in256ths(fround(input.scale / output.scale)) : undefined;
  const fixed = fixedFactor(input.scale / output.scale);
  return shifted(input.zeroPoint, output.zeroPoint, (difference) =>
    factor === undefined ? multiplyFixed(difference, fixed) : product256(difference, factor),
  );
};

/**
 * RELU, RELU6, RELU_N1_TO_1 and RELU_0_TO_1 as operators of their own.
 *
 * Source: TensorFlow Lite, kernels/activations.cc, `QuantizedReluX`, and kernels/internal/reference/reference_ops.h, `ReluX`.
 */
export const clampedByte: ByteFunction = (input, output) => {
  if (!isSameType(input, output)) return undefined;
  const factor = fixedFactor(fround(input.scale / output.scale));
  return shifted(input.zeroPoint, output.zeroPoint, (difference) => multiplyFixed(difference, factor));
};

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
export const leakyByte =
  (slope: number): ByteFunction =>
  (input, output) => {
    if (!isSameType(input, output)) return undefined;
    const ratio = fround(input.scale / output.scale);
    const [positive, negative] = [in256ths(ratio), in256ths(fround(ratio * slope))];
    const isIn256ths = positive !== undefined && negative !== undefined && negative >= -32767;
    const below = signedProduct(fround(fround(input.scale * slope) / output.scale));
    const above = signedProduct(ratio);
    return shifted(input.zeroPoint, output.zeroPoint, (difference) => {
      if (isIn256ths) return product256(difference, difference < 0 ? negative : positive);
      return difference < 0 ? below(difference) : above(difference);
    });
  };

/** The upper 16 bits of a factor's fraction. */
const upperHalf = ({ fraction }: FixedFactor): number =>
  Math.min(32767, Math.floor((fraction + 32768) / 65536));

/**
 * HARD_SWISH, in 16 bits: the input in units of 1/128 of its scale, times the share of it, from 0 to 1, that passes.
 *
 * Source: TensorFlow Lite, kernels/internal/reference/hard_swish.h, and `HardSwishPrepare` in kernels/activations.cc.
 */
export const hardSwishByte: ByteFunction = (input, stored) => {
  if (!isSameType(input, stored)) return undefined;
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
};

/** A function of a real number, in float32. */
type RealFunction = (x: number) => number;

/**
 * Results are rounded once the zero point is added, halves to the even integer.
 *
 * Source: XNNPACK, src/reference/unary-elementwise.cc, `unary_ukernel_quantized`.
 */
const xnnpackEntry =
  (input: Stored, { scale, zeroPoint }: StoredAs, of: RealFunction) =>
  (stored: number): number => {
    const x = fround((stored - input.zeroPoint) * input.scale);
    return roundHalfEven(fround(fround(of(x) * fround(1 / scale)) + zeroPoint));
  };

/**
 * Results are rounded before the zero point is added, halves away from zero.
 *
 * Source: TensorFlow Lite, kernels/internal/common.h, `LUTPopulateInt8`.
 */
const tfliteEntry =
  (input: Stored, { scale, zeroPoint }: StoredAs, of: RealFunction) =>
  (stored: number): number => {
    const x = fround(input.scale * (stored - input.zeroPoint));
    return roundAway(fround(of(x) * fround(1 / scale))) + zeroPoint;
  };

const ofReals =
  (entryOf: typeof xnnpackEntry, of: RealFunction): ByteFunction =>
  (input, output) =>
    input.dtype === output.dtype ? entryOf(input, output, of) : undefined;

/** LOGISTIC. */
export const logisticByte = ofReals(xnnpackEntry, (x) => {
  const power = expf(x);
  return x > 100 ? 1 : fround(power / (1 + power));
});

/** TANH. */
export const tanhByte = ofReals(xnnpackEntry, (x) => fround(Math.tanh(x)));

/** ELU, which the runtimes have for int8. */
export const eluByte = ofReals(xnnpackEntry, (x) => (x < 0 ? fround(Math.expm1(x)) : x));

/** EXP, which the runtimes have for int8. */
export const expByte = ofReals(tfliteEntry, expf);

/** `x · erfc(−x / √2) / 2`, each step in float32. Source: TensorFlow Lite, kernels/internal/reference/gelu.h. */
const gelu: RealFunction = (x) => fround(fround(x / 2) * fround(erfc(fround(x * fround(-Math.SQRT1_2)))));

const tanhFactor = fround(fround((2 / Math.sqrt(Math.PI)) * Math.SQRT1_2));
/** `x · (1 + tanh(√(2 / π) · (x + 0.044715 x³))) / 2`, likewise. */
const geluByTanh: RealFunction = (x) => {
  const cubed = fround(fround(fround(fround(0.044715) * x) * x) * x);
  const inner = fround(tanhFactor * fround(x + cubed));
  return fround(fround(x / 2) * fround(1 + fround(Math.tanh(inner))));
};

/** GELU, exact or approximated by tanh. */
export const geluByte = (approximate: boolean): ByteFunction =>
  ofReals(tfliteEntry, approximate ? geluByTanh : gelu);
