/** @file What ops on quantized integers share: the checks of their operands, and what their result stands for. */
import { elementCount, type Quantization, type Shape, storedRange } from '@sepconv/tensor';
import type { ValueType } from '../value-type.js';
import { expectInteger, fail, type InferenceContext, inputAt } from './contract.js';

/** The integers that an op stores, and the real numbers that they stand for: `scale · (stored − zeroPoint)`. */
export interface StoredAs {
  readonly dtype: 'int8' | 'uint8';
  readonly scale: number;
  readonly zeroPoint: number;
  /** The least integer that is stored; a fused ReLU is such a bound. Default: the type's. */
  readonly min?: number;
  /** The largest integer that is stored. Default: the type's. */
  readonly max?: number;
}

/** A quantized operand: its type, and one scale and zero point for all of it. */
export interface QuantizedOperand extends ValueType {
  readonly dtype: 'int8' | 'uint8';
  readonly scale: number;
  readonly zeroPoint: number;
}

export const isByte = (dtype: ValueType['dtype']): dtype is 'int8' | 'uint8' =>
  dtype === 'int8' || dtype === 'uint8';

/** Checks that an operand is int8 or uint8. */
export function expectBytes(
  context: InferenceContext<unknown>,
  index: number,
  what: string,
): ValueType & { readonly dtype: 'int8' | 'uint8' } {
  const type = inputAt(context, index);
  if (!isByte(type.dtype)) fail(context, `${what} must be int8 or uint8, but is ${type.dtype}`);
  return { ...type, dtype: type.dtype };
}

/** Checks a quantization's numbers against the element type that carries it. */
export function expectQuantization(
  context: InferenceContext<unknown>,
  what: string,
  dtype: 'int8' | 'uint8',
  { scale, zeroPoint }: Pick<Quantization, 'scale' | 'zeroPoint'>,
): void {
  for (const value of scale) {
    if (!(Math.fround(value) > 0 && Math.fround(value) < Infinity))
      fail(context, `the scale of ${what} must be positive and finite in float32, not ${value}`);
  }
  const { min, max } = storedRange(dtype);
  for (const value of zeroPoint) {
    if (!Number.isInteger(value) || value < min || value > max)
      fail(
        context,
        `the zero point of ${what} must be an integer from ${min} to ${max}, as ${dtype} is, not ${value}`,
      );
  }
}

/** Checks that an operand is int8 or uint8 with one scale and one zero point. */
export function expectQuantized(
  context: InferenceContext<unknown>,
  index: number,
  what: string,
): QuantizedOperand {
  const type = expectBytes(context, index, what);
  const { quantization } = type;
  if (quantization === undefined) fail(context, `${what} is ${type.dtype} without scale and zero point`);
  if (quantization.axis !== undefined)
    fail(context, `${what} is quantized along axis ${quantization.axis}, which only a weight may be`);
  expectQuantization(context, what, type.dtype, quantization);
  return { ...type, scale: quantization.scale[0] as number, zeroPoint: quantization.zeroPoint[0] as number };
}

/**
 * Checks a weight: int8 or uint8, quantized as a whole or along its last dimension, the output channels.
 *
 * @param needsScale whether a weight without quantization, whose zero point is 0, is refused.
 */
export function expectQuantizedWeight(
  context: InferenceContext<unknown>,
  index: number,
  needsScale = true,
): ValueType {
  const type = expectBytes(context, index, 'the weight');
  const { quantization, shape } = type;
  if (quantization === undefined) {
    if (needsScale) fail(context, `the weight is ${type.dtype} without scale and zero point`);
    return type;
  }
  const { axis, scale, zeroPoint } = quantization;
  if (axis !== undefined && axis !== shape.length - 1)
    fail(
      context,
      `the weight is quantized along axis ${axis}, but its output channels are axis ${shape.length - 1}`,
    );
  const wanted = axis === undefined ? 1 : shape.at(-1);
  if (scale.length !== wanted || zeroPoint.length !== wanted)
    fail(
      context,
      `the weight needs ${wanted} scales and zero points, but has ${scale.length} and ${zeroPoint.length}`,
    );
  expectQuantization(context, 'the weight', type.dtype, quantization);
  return type;
}

/** Checks an optional bias: int32, one for each output channel, in units of the input's scale times the weight's. */
export function expectIntegerBias(context: InferenceContext<unknown>, index: number, channels: number): void {
  const bias = context.inputs[index];
  if (bias === undefined) return;
  if (bias.dtype !== 'int32') fail(context, `the bias must be int32, but is ${bias.dtype}`);
  if (bias.shape.length !== 1 || bias.shape[0] !== channels)
    fail(
      context,
      `the bias must have ${channels} numbers, one for each output channel, but is [${bias.shape.join(', ')}]`,
    );
}

/** Checks what a result is stored as, and gives its type. */
export function storedResult(context: InferenceContext<unknown>, output: StoredAs, shape: Shape): ValueType {
  const { dtype, scale, zeroPoint } = output;
  if (!isByte(dtype)) fail(context, `the result must be stored as int8 or uint8, not ${String(dtype)}`);
  expectQuantization(context, 'the result', dtype, { scale: [scale], zeroPoint: [zeroPoint] });
  const limits = storedRange(dtype);
  const { min, max } = storedBounds(output);
  expectInteger(context, 'output.min', min, limits.min);
  expectInteger(context, 'output.max', max, min);
  if (max > limits.max) fail(context, `output.max must be at most ${limits.max}, as ${dtype} is, not ${max}`);
  return { shape, dtype, quantization: { scale: [scale], zeroPoint: [zeroPoint] } };
}

/**
 * Between which integers a result is clipped.
 *
 * @internal
 */
export function storedBounds({ dtype, min, max }: StoredAs): { readonly min: number; readonly max: number } {
  const limits = storedRange(dtype);
  return { min: min ?? limits.min, max: max ?? limits.max };
}

/** A check that throws a plain error, as a {@link ShapeError} of this node. */
export function within<Result>(context: InferenceContext<unknown>, check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    return fail(context, error instanceof Error ? error.message : String(error));
  }
}

/** What an op that multiplies and requantizes is told. */
export interface RequantizeAttributes {
  readonly output: StoredAs;
}

/**
 * `inputScale · weightScale / outputScale` for each scale of the weight, in float32: what an int32 sum, rounded to float32, is
 * multiplied by. The product is rounded to float32 and then to an integer, halves to the even one. Sources: onnxruntime (MLAS,
 * `MlasRequantizeOutput`), and the `fp32` micro-kernels of XNNPACK, which TensorFlow Lite runs.
 *
 * @internal
 */
export function requantizationRatios(
  inputScale: number,
  weightScales: readonly number[],
  outputScale: number,
): number[] {
  // Step by step, as XNNPACK and onnxruntime compute it.
  const [input, output] = [Math.fround(inputScale), Math.fround(outputScale)];
  return weightScales.map((scale) => Math.fround(Math.fround(input * Math.fround(scale)) / output));
}

/**
 * The scales of input, weight and output with which the sum over `count` numbers is requantized to their mean.
 *
 * @internal
 */
export function meanScales(
  inputScale: number,
  count: number,
  outputScale: number,
): readonly [input: number, weight: readonly number[], output: number] {
  // In the order of XNNPACK, src/microparams-init.c, `xnn_update_qs8_reduce_scalar_params`.
  return [Math.fround(inputScale) / Math.fround(outputScale), [1 / count], 1];
}

/** Checks that every sum can be requantized. */
export function checkRequantization(
  context: InferenceContext<unknown>,
  inputScale: number,
  weightScales: readonly number[],
  outputScale: number,
): void {
  for (const ratio of requantizationRatios(inputScale, weightScales, outputScale)) {
    if (!(ratio > 0 && ratio < Infinity))
      fail(context, `a ratio of scales must be positive and finite in float32, not ${ratio}`);
  }
}

/** Checks an optional zero point of input 0: a scalar, or one number, of its type. */
export function expectZeroPoint(context: InferenceContext<unknown>, index: number): void {
  const zero = context.inputs[index];
  if (zero === undefined) return;
  const { dtype } = inputAt(context, 0);
  if (zero.dtype !== dtype || elementCount(zero.shape) !== 1)
    fail(context, `the zero point must be one ${dtype}, but is ${zero.dtype} [${zero.shape.join(', ')}]`);
}

/** Integers that stand for themselves. */
export const plainIntegers: Quantization = { scale: [1], zeroPoint: [0] };
