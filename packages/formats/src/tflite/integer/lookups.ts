/**
 * @file Operators on each byte by itself, as tables of what the runtimes of TFLite files give for each of the 256 bytes. What
 * they refuse to compute in their fixed-point numbers is computed as real numbers.
 */
import { createTensor, storedRange } from '@sepconv/tensor';
import { type NodeResult, type OperatorContext, valueName } from '../context.js';
import { byteValue, storedOutput } from './operands.js';

/** The result less its zero point by the stored integer less its own; `undefined` where fixed-point numbers do not reach. */
type Fixed = (context: OperatorContext, inputScale: number, outputScale: number) => ByteFunction | undefined;
type ByteFunction = (difference: number) => number;

const { fround } = Math;
const clip = (x: number, bits: number): number =>
  Math.min(2 ** (bits - 1) - 1, Math.max(-(2 ** (bits - 1)), x));

/** To the nearest integer, halves to the even. */
function roundEven(x: number): number {
  const below = Math.floor(x);
  const isUp = x - below > 0.5 || (x - below === 0.5 && below % 2 !== 0);
  return isUp ? below + 1 : below;
}

/** A reader of one input of bytes whose result is of the same type. */
const byTable =
  (fixed: Fixed) =>
  (context: OperatorContext): NodeResult | undefined => {
    const [input, output] = [byteValue(context, 0), storedOutput(context)];
    const { type, quantization } = context.tensor(0);
    if (input === undefined || output === undefined || type !== output.dtype) return undefined;
    const [inputScale, inputZero] = [quantization?.scale[0] as number, quantization?.zeroPoint[0] as number];
    const { dtype, scale, zeroPoint } = output;
    if (inputScale === scale && inputZero === zeroPoint && context.operator.op === 'QUANTIZE')
      return undefined;
    const of = fixed(context, inputScale, scale);
    if (of === undefined) return undefined;
    const { min, max } = storedRange(dtype);
    const entries = Array.from({ length: max - min + 1 }, (_, index) =>
      Math.min(max, Math.max(min, zeroPoint + of(index + min - inputZero))),
    );
    const data = dtype === 'int8' ? Int8Array.from(entries) : Uint8Array.from(entries);
    const table = createTensor(dtype, [entries.length], data as never, {
      scale: [scale],
      zeroPoint: [zeroPoint],
    });
    const name = context.parameter(`${valueName(context.output)}/table`, table, 'constant');
    return context.node('lookup', [input, name], {}, { isStored: true });
  };

/** A factor in 256ths, within the reach of XNNPACK's kernels. */
function in256ths(factor: number): number | undefined {
  const reach = Math.abs(factor);
  return reach >= 2 ** -8 && reach <= 2 ** 7 ? roundEven(256 * factor) : undefined;
}

/** A product with 256ths, halves up. */
const product = (difference: number, factor: number): number => Math.floor((difference * factor + 128) / 256);

/**
 * QUANTIZE of bytes.
 *
 * Source: XNNPACK, src/microparams-init.c, `xnn_init_qs8_cvt_scalar_params`, and src/qs8-vcvt.
 */
export const readIntegerQuantize = byTable((_, inputScale, outputScale) => {
  const factor = in256ths(fround(inputScale / outputScale));
  return factor === undefined ? undefined : (difference) => product(difference, factor);
});

/**
 * LEAKY_RELU.
 *
 * Source: XNNPACK, src/microparams-init.c, `xnn_init_qs8_lrelu_scalar_params`, and src/qs8-vlrelu.
 */
export const readIntegerLeakyRelu = byTable((context, inputScale, outputScale) => {
  const ratio = fround(inputScale / outputScale);
  const slope = context.options(75).float32(0, 'alpha');
  const [positive, negative] = [in256ths(ratio), in256ths(fround(ratio * slope))];
  if (positive === undefined || negative === undefined || negative < -32767) return undefined;
  return (difference) => product(difference, difference < 0 ? negative : positive);
});

/** A factor as `fraction · 2^(exponent − 15)`, the fraction of 15 bits. */
function fixed16(factor: number): { readonly fraction: number; readonly exponent: number } {
  let exponent = Math.floor(Math.log2(factor)) + 1;
  let fraction = Math.round((factor / 2 ** exponent) * 2 ** 31);
  if (fraction >= 2 ** 31) {
    fraction /= 2;
    exponent++;
  }
  return { fraction: Math.min(32767, Math.floor((fraction + 32768) / 65536)), exponent };
}

/** gemmlowp's `SaturatingRoundingDoublingHighMul` of 16 bits: `a · b / 2^15`, halves up. */
function highProduct(a: number, b: number): number {
  const ab = a * b;
  return clip(Math.trunc((ab + (ab >= 0 ? 2 ** 14 : 1 - 2 ** 14)) / 2 ** 15), 16);
}

/** gemmlowp's `RoundingDivideByPOT`: halves away from zero. */
const divideByPowerOfTwo = (x: number, bits: number): number =>
  Math.sign(x) * Math.round(Math.abs(x) / 2 ** bits);

/**
 * HARD_SWISH, in 16 bits: the input in units of 1/128 of its scale, times the share of it, from 0 to 1, that passes.
 *
 * Source: TensorFlow Lite, kernels/internal/reference/hard_swish.h, and `HardSwishPrepare` in kernels/activations.cc.
 */
export const readIntegerHardSwish = byTable((_, inputScale, outputScale) => {
  const fine = fround(inputScale / 128);
  const output = fixed16(fround(fine / outputScale));
  const share = fixed16(fround(fine / fround(3 / 32768)));
  const reaches = (exponent: number, most: number): boolean => exponent >= -31 && exponent <= most;
  if (!reaches(output.exponent, 0) || !reaches(share.exponent, 16)) return undefined;
  return (difference) => {
    const input = 128 * difference;
    const before = Math.max(0, share.exponent - 1);
    let passing = highProduct(clip(input * 2 ** before, 16), share.fraction);
    if (share.exponent > 0) passing = clip(2 * passing, 16);
    else passing = divideByPowerOfTwo(passing, -share.exponent);
    const product16 = Math.floor((passing + 32768) / 2) * highProduct(input, output.fraction);
    return divideByPowerOfTwo(Math.trunc(product16 / 32768), -output.exponent);
  };
});
