/** @file Planning of what is done with integers element by element: arithmetic, means, quantization. */
import {
  type FusedNode,
  fixedPointSum,
  meanScales,
  type NodeOf,
  requantizationRatios,
  type ValueType,
} from '@sepconv/graph';
import { elementCount, type Quantization } from '@sepconv/tensor';
import { type BroadcastDimension, binaryUnits, broadcastDimensions, flatUnit } from './elementwise.js';
import {
  type ByteSums,
  type ByteType,
  byteSums,
  byteTypeOf,
  prefixOf,
  scaleOf,
  zeroPointOf,
} from './integers.js';
import { constantOperand, imageOf, inputOperand, oneStep, shapeOf, typeOf, typeOfInput } from './operands.js';
import type { Operand, PlanContext, PlannedStep } from './step.js';

/** Addition or multiplication of bytes with broadcasting. A unit of work is one pass over the innermost dimension. */
export interface IntegerBinaryKernel {
  readonly kind: 'integer-binary';
  readonly name: string;
  readonly a: ByteType;
  readonly b: ByteType;
  readonly zeroA: number;
  readonly zeroB: number;
  /** Outermost first; strides in elements. */
  readonly dimensions: readonly BroadcastDimension[];
  /** What a product is multiplied by. */
  readonly ratio?: number;
  /** The factors of a sum. */
  readonly sum?: { readonly multiplierA: number; readonly multiplierB: number; readonly shift: number };
  readonly result: ByteSums;
}

/** Channels of a unit of a mean. */
export const meanStep = 8;

/** Units of an image's mean. */
export const meanUnits = (channels: number): number => Math.ceil(channels / meanStep);

/** The mean over an image. A unit of work is {@link meanStep} channels of an image. */
export interface IntegerMeanKernel {
  readonly kind: 'integer-mean';
  readonly name: string;
  readonly dtype: ByteType;
  readonly pixels: number;
  readonly channels: number;
  readonly zero: number;
  /** What the sum is multiplied by; without, the stored integers themselves are divided, halves away from zero. */
  readonly ratio?: number;
  readonly result: ByteSums;
}

/**
 * Real numbers to bytes, or integers to real numbers. A unit of work is `inner` numbers of one channel, whose scale and zero
 * point are the next pair in memory, a float32 and an int32.
 */
export interface ConvertKernel {
  readonly kind: 'convert';
  readonly name: string;
  readonly direction: 'quantize' | 'dequantize';
  /** Whether the pairs have reciprocals of scales, by which numbers are multiplied; only to quantize. */
  readonly isByReciprocal: boolean;
  readonly dtype: ByteType | 'int32';
  readonly inner: number;
  /** Units after which the pairs begin anew. */
  readonly channels: number;
  /** Numbers in all; the last unit may have fewer. */
  readonly length: number;
}

/**
 * Quantization to uint8 by the range of the numbers themselves: first the ranges of parts of at most `flatUnit` numbers, 0
 * included, in pairs; then what follows from all of them. A unit of work is a part, or the one number that is the result.
 */
export interface DynamicQuantizeKernel {
  readonly kind: 'dynamic-quantize';
  readonly name: string;
  readonly length: number;
  readonly result: 'ranges' | 'values' | 'scale' | 'zero-point';
}

/** `quantized-add` and `quantized-mul`. */
export function planIntegerBinary(
  context: PlanContext,
  fused: FusedNode,
): PlannedStep<IntegerBinaryKernel>[] {
  const node = fused.node as NodeOf<'quantized-add'> | NodeOf<'quantized-mul'>;
  const { output } = node.attributes;
  const [a, b] = [typeOfInput(context, fused, 0), typeOfInput(context, fused, 1)];
  const shape = shapeOf(context, node.outputs[0]);
  const dimensions = broadcastDimensions(a.shape, b.shape, shape);
  const operands = [inputOperand(context, fused, 0), inputOperand(context, fused, 1)];
  const common = {
    kind: 'integer-binary',
    a: byteTypeOf(a),
    b: byteTypeOf(b),
    zeroA: zeroPointOf(a),
    zeroB: zeroPointOf(b),
    dimensions,
  } as const;
  const units = binaryUnits({ dimensions });
  const named = (op: string): string => `${prefixOf(common.a)}_${op}__simd128`;
  if (node.op === 'quantized-add') {
    const sum = fixedPointSum(scaleOf(a) / output.scale, scaleOf(b) / output.scale);
    const kernel: IntegerBinaryKernel = {
      ...common,
      name: named('add'),
      sum,
      result: byteSums(output),
    };
    return oneStep(context, fused, kernel, units, operands);
  }
  const ratio = requantizationRatios(scaleOf(a), [scaleOf(b)], output.scale)[0] as number;
  const kernel: IntegerBinaryKernel = { ...common, name: named('mul'), ratio, result: byteSums(output) };
  return oneStep(context, fused, kernel, units, operands);
}

/** `quantized-global-average-pool2d`. */
export function planIntegerMean(context: PlanContext, fused: FusedNode): PlannedStep<IntegerMeanKernel>[] {
  const { output, requantize } = (fused.node as NodeOf<'quantized-global-average-pool2d'>).attributes;
  const type = typeOfInput(context, fused, 0);
  const [batch, height, width, channels] = imageOf(context, fused.node.inputs[0]);
  const pixels = height * width;
  const isStored = requantize === 'stored';
  const [ratio] = requantizationRatios(...meanScales(scaleOf(type), pixels, output.scale));
  const result = byteSums(output);
  const dtype = byteTypeOf(type);
  const kernel: IntegerMeanKernel = {
    kind: 'integer-mean',
    name: `${prefixOf(dtype)}_global-average-pool2d__simd128`,
    dtype,
    pixels,
    channels,
    ...(isStored
      ? { zero: 0, result: { ...result, zeroPoint: 0 } }
      : { zero: zeroPointOf(type), ratio: ratio as number, result }),
  };
  return oneStep(context, fused, kernel, batch * meanUnits(channels));
}

/** Scales and zero points, in pairs. */
function quantizationPairs({ scale, zeroPoint }: Quantization): Operand {
  const scales = new Float32Array(2 * scale.length);
  const zeroPoints = new Int32Array(scales.buffer);
  scale.forEach((value, index) => {
    scales[2 * index] = value;
    zeroPoints[2 * index + 1] = zeroPoint[index] as number;
  });
  return constantOperand(scales);
}

function planConvert(
  context: PlanContext,
  fused: FusedNode,
  direction: ConvertKernel['direction'],
  { dtype, quantization }: ValueType,
  isByReciprocal = false,
): PlannedStep<ConvertKernel>[] {
  const pairs = quantization as Quantization;
  const { axis } = pairs;
  const shape = shapeOf(context, fused.output);
  const length = elementCount(shape);
  const inner = axis === undefined ? Math.min(flatUnit, length) : elementCount(shape.slice(axis + 1));
  const kernel: ConvertKernel = {
    kind: 'convert',
    name: `${dtype === 'int32' ? 's32' : prefixOf(dtype as ByteType)}_${direction}${isByReciprocal ? '_reciprocal' : ''}__simd128`,
    direction,
    isByReciprocal,
    dtype: dtype as ConvertKernel['dtype'],
    inner,
    channels: pairs.scale.length,
    length,
  };
  const reciprocals = pairs.scale.map((scale) => 1 / Math.fround(scale));
  const given = isByReciprocal ? { ...pairs, scale: reciprocals } : pairs;
  const operands = [inputOperand(context, fused, 0), quantizationPairs(given)];
  return oneStep(context, fused, kernel, Math.ceil(length / inner), operands);
}

/** `quantize`. */
export function planQuantize(context: PlanContext, fused: FusedNode): PlannedStep<ConvertKernel>[] {
  const { by } = (fused.node as NodeOf<'quantize'>).attributes;
  return planConvert(context, fused, 'quantize', typeOf(context, fused.output), by === 'reciprocal');
}

/** `dequantize`. */
export function planDequantize(context: PlanContext, fused: FusedNode): PlannedStep<ConvertKernel>[] {
  return planConvert(context, fused, 'dequantize', typeOfInput(context, fused, 0));
}

/** `dynamic-quantize`. */
export function planDynamicQuantize(
  context: PlanContext,
  fused: FusedNode,
): PlannedStep<DynamicQuantizeKernel>[] {
  const { result } = (fused.node as NodeOf<'dynamic-quantize'>).attributes;
  const length = elementCount(shapeOf(context, fused.node.inputs[0]));
  const parts = Math.ceil(length / flatUnit);
  const kernelOf = (what: DynamicQuantizeKernel['result']): DynamicQuantizeKernel => ({
    kind: 'dynamic-quantize',
    name: `qu8_dynamic-quantize_${what}__simd128`,
    length,
    result: what,
  });
  const input = inputOperand(context, fused, 0);
  const value = `${fused.output}/ranges`;
  const ranges: Operand = { kind: 'value', value };
  const operands = [input, ranges];
  const first = { kernel: kernelOf('ranges'), units: parts, operands, output: value, outputBytes: 8 * parts };
  return [first, ...oneStep(context, fused, kernelOf(result), result === 'values' ? parts : 1, operands)];
}
