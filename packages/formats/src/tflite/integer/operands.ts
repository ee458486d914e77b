/** @file What readers of integer ops share: operands that are stored as bytes, and what a result is stored as. */
import type { StoredAs } from '@sepconv/graph';
import { roundHalfEven, storedRange, type Tensor } from '@sepconv/tensor';
import { type ByteType, isByteType } from '../../byte-type.js';
import type { Interval } from '../../range.js';
import type { OperatorContext } from '../context.js';
import { activationInterval, valueQuantization } from '../range.js';
import { fround, roundAway } from './fixed-point.js';

/** The stored integers at an input, where they are bytes and quantized as a whole. */
export function byteValue(context: OperatorContext, input: number): string | undefined {
  const { type, quantization } = context.tensor(input);
  if (!isByteType(type) || quantization?.scale.length !== 1) return undefined;
  return context.storedValue(input);
}

/** The stored integer at which a fused activation's bound lies, beyond the type's where it is. */
export type BoundRule = (real: number, scale: number, zeroPoint: number) => number;

/** Source: XNNPACK, src/xnnpack/requantization.h, `xnn_qs8_quantize`. */
export const xnnpackBound: BoundRule = (real, scale, zeroPoint) =>
  roundHalfEven(fround(fround(real / scale) + zeroPoint));

/** Source: TensorFlow Lite, kernels/kernel_util.cc, `CalculateActivationRangeQuantized`. */
export const tfliteBound: BoundRule = (real, scale, zeroPoint) => zeroPoint + roundAway(fround(real / scale));

/**
 * What is stored, clipped to these real numbers as far as its type does not do so.
 *
 * @internal
 */
export function clippedTo(
  { dtype, scale, zeroPoint }: StoredAs,
  bounds: Interval,
  boundOf: BoundRule = xnnpackBound,
): StoredAs {
  const limits = storedRange(dtype);
  const stored = (real: number): number => boundOf(real, scale, zeroPoint);
  const min = Math.min(limits.max, Math.max(limits.min, stored(bounds.min)));
  const max = Math.max(min, Math.min(limits.max, stored(bounds.max)));
  return {
    dtype,
    scale,
    zeroPoint,
    ...(min > limits.min && { min }),
    ...(max < limits.max && { max }),
  };
}

/** What the output is stored as, where that is bytes, with the bounds of the fused activation or of these real numbers. */
export function storedOutput(
  context: OperatorContext,
  activation: number | Interval = 0,
  boundOf: BoundRule = xnnpackBound,
): StoredAs | undefined {
  const quantization = valueQuantization(context.output);
  if (quantization === undefined || quantization.dtype === 'int16') return undefined;
  const { dtype, scale, zeroPoint } = quantization;
  const bounds = typeof activation === 'number' ? activationInterval(activation) : activation;
  return clippedTo({ dtype, scale, zeroPoint }, bounds, boundOf);
}

/** The weight at an input as it is stored, where it is a constant of bytes. */
export function storedWeight(context: OperatorContext, input: number): Tensor<'int8' | 'uint8'> | undefined {
  if (!context.isConstant(input) || context.tensor(input).quantization === undefined) return undefined;
  const weight = context.storedConstant(input, 'the weight');
  return isByteType(weight.dtype) ? (weight as Tensor<ByteType>) : undefined;
}

/**
 * Names of a weight and, where there is one, an int32 bias as parameters; `undefined` where the bias is not int32. The bias
 * counts in units of the input's scale times the weight's, whatever scale the file states for it: XNNPACK reads no other.
 */
export function layerParameters(
  context: OperatorContext,
  weight: Tensor<'int8' | 'uint8'>,
  biasAt = 2,
  change: (bias: Tensor) => Tensor = (bias) => bias,
): string[] | undefined {
  const name = `${context.layer}/weight`;
  if (!context.has(biasAt)) return [context.parameter(name, weight, 'weight')];
  if (context.tensor(biasAt).type !== 'int32' || !context.isConstant(biasAt)) return undefined;
  const { quantization: _, ...bias } = context.storedConstant(biasAt, 'the bias');
  return [
    context.parameter(name, weight, 'weight'),
    context.parameter(`${context.layer}/bias`, change(bias), 'bias'),
  ];
}
