/** @file What readers of integer ops share: operands that are stored as bytes, and what a result is stored as. */
import type { StoredAs } from '@sepconv/graph';
import { storedRange, type Tensor } from '@sepconv/tensor';
import { type ByteType, isByteType } from '../../byte-type.js';
import type { OperatorContext } from '../context.js';
import { activationInterval, valueQuantization } from '../range.js';

/** The stored integers at an input, where they are bytes and quantized as a whole. */
export function byteValue(context: OperatorContext, input: number): string | undefined {
  const { type, quantization } = context.tensor(input);
  if (!isByteType(type) || quantization?.scale.length !== 1) return undefined;
  return context.storedValue(input);
}

/**
 * What the output is stored as, where that is bytes, with the bounds of the fused activation.
 *
 * Source: TensorFlow Lite, kernels/kernel_util.cc, `CalculateActivationRangeQuantized`.
 */
export function storedOutput(context: OperatorContext, activation = 0): StoredAs | undefined {
  const quantization = valueQuantization(context.output);
  if (quantization === undefined || quantization.dtype === 'int16') return undefined;
  const { dtype, scale, zeroPoint } = quantization;
  const limits = storedRange(dtype);
  const { min: low, max: high } = activationInterval(activation);
  // Halves away from zero; only bounds below zero could tell the difference.
  const stored = (real: number): number => zeroPoint + Math.sign(real) * Math.round(Math.abs(real) / scale);
  const min = Math.min(limits.max, Math.max(limits.min, stored(low)));
  const max = Math.max(min, Math.min(limits.max, stored(high)));
  return {
    dtype,
    scale,
    zeroPoint,
    ...(min > limits.min && { min }),
    ...(max < limits.max && { max }),
  };
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
): string[] | undefined {
  const name = `${context.layer}/weight`;
  if (!context.has(2)) return [context.parameter(name, weight, 'weight')];
  const tensor = context.tensor(2);
  if (tensor.type !== 'int32' || !context.isConstant(2)) return undefined;
  const { quantization: _, ...bias } = context.storedConstant(2, 'the bias');
  return [
    context.parameter(name, weight, 'weight'),
    context.parameter(`${context.layer}/bias`, bias, 'bias'),
  ];
}
