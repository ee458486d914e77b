/** @file Planning of what is done with integers element by element: arithmetic, means, quantization. */
import {
  fixedPointSum,
  meanScales,
  type NodeOf,
  type Requantize,
  type StoredAs,
  type ValueType,
} from '@sepconv/graph';
import { elementCount, type Quantization } from '@sepconv/tensor';
import { type BroadcastDimension, flatUnit, joinDimensions } from './elementwise.js';
import type { FusedNode } from './fuse.js';
import {
  type ByteSums,
  type ByteType,
  bytesResult,
  byteTypeOf,
  prefixOf,
  requantized,
  scaleOf,
  zeroPointOf,
} from './integers.js';
import { constantOperand, imageOf, inputOperand, oneStep, shapeOf, typeOf, typeOfInput } from './operands.js';
import type { Operand, PlanContext, PlannedKernel } from './step.js';

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
  /** The factors of a sum; a product has its factor in memory. */
  readonly sum?: { readonly multiplierA: number; readonly multiplierB: number; readonly shift: number };
  readonly result: ByteSums;
}

/** The mean over an image. A unit of work is a channel of an image. */
export interface IntegerMeanKernel {
  readonly kind: 'integer-mean';
  readonly name: string;
  readonly dtype: ByteType;
  readonly pixels: number;
  readonly channels: number;
  readonly zero: number;
  /** Whether the stored integers themselves are divided, halves away from zero; otherwise there is a factor in memory. */
  readonly isStored: boolean;
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
  readonly dtype: ByteType | 'int32';
  readonly inner: number;
  /** Units after which the pairs begin anew. */
  readonly channels: number;
  /** Numbers in all; the last unit may have fewer. */
  readonly length: number;
}

/** Quantization to uint8 by the range of the numbers themselves. One unit of work. */
export interface DynamicQuantizeKernel {
  readonly kind: 'dynamic-quantize';
  readonly name: string;
  readonly length: number;
  readonly result: 'values' | 'scale' | 'zero-point';
}

/** `quantized-add` and `quantized-mul`. */
export function planIntegerBinary(
  context: PlanContext,
  fused: FusedNode,
): PlannedKernel<IntegerBinaryKernel>[] {
  const node = fused.node as NodeOf<'quantized-add'> | NodeOf<'quantized-mul'>;
  const { output } = node.attributes;
  const [a, b] = [typeOfInput(context, fused, 0), typeOfInput(context, fused, 1)];
  const shape = shapeOf(context, node.outputs[0]);
  const dimensions = joinDimensions(a.shape, b.shape, shape);
  const operands = [inputOperand(context, fused, 0), inputOperand(context, fused, 1)];
  const common = {
    kind: 'integer-binary',
    a: byteTypeOf(a),
    b: byteTypeOf(b),
    zeroA: zeroPointOf(a),
    zeroB: zeroPointOf(b),
    dimensions,
  } as const;
  const units = dimensions.slice(0, -1).reduce((product, { size }) => product * size, 1);
  const named = (op: string): string => `${prefixOf(common.a)}_${op}__scalar`;
  if (node.op === 'quantized-add') {
    const sum = fixedPointSum(scaleOf(a) / output.scale, scaleOf(b) / output.scale);
    const kernel: IntegerBinaryKernel = {
      ...common,
      name: named('add'),
      sum,
      result: bytesResult(output, 1),
    };
    return oneStep(context, fused, kernel, units, operands);
  }
  const { result, table } = requantized(a, b, output, node.attributes.requantize);
  const kernel: IntegerBinaryKernel = { ...common, name: named('mul'), result };
  return oneStep(context, fused, kernel, units, [...operands, table]);
}

/** Result and factor of sums over so many pixels. */
function requantizedMean(
  type: ValueType,
  pixels: number,
  output: StoredAs,
  requantize: Requantize | undefined,
): { readonly result: ByteSums; readonly table: readonly Operand[] } {
  const [input, mean, scale] = meanScales(scaleOf(type), pixels, output.scale, requantize);
  const of = (values: readonly number[]) => ({ quantization: { scale: values, zeroPoint: [0] } });
  const { result, table } = requantized(
    { ...type, ...of([input]) },
    of(mean),
    { ...output, scale },
    requantize,
  );
  return { result, table: [table] };
}

/** `quantized-global-average-pool2d`. */
export function planIntegerMean(context: PlanContext, fused: FusedNode): PlannedKernel<IntegerMeanKernel>[] {
  const { output, requantize } = (fused.node as NodeOf<'quantized-global-average-pool2d'>).attributes;
  const type = typeOfInput(context, fused, 0);
  const [batch, height, width, channels] = imageOf(context, fused.node.inputs[0]);
  const pixels = height * width;
  const isStored = requantize === 'stored';
  const { result, table } = isStored
    ? { result: { ...bytesResult(output, 1), zeroPoint: 0 }, table: [] }
    : requantizedMean(type, pixels, output, requantize);
  const dtype = byteTypeOf(type);
  const kernel: IntegerMeanKernel = {
    kind: 'integer-mean',
    name: `${prefixOf(dtype)}_global-average-pool2d__scalar`,
    dtype,
    pixels,
    channels,
    zero: isStored ? 0 : zeroPointOf(type),
    isStored,
    result,
  };
  const operands = [inputOperand(context, fused, 0), ...table];
  return oneStep(context, fused, kernel, batch * channels, operands);
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
): PlannedKernel<ConvertKernel>[] {
  const pairs = quantization as Quantization;
  const { axis } = pairs;
  const shape = shapeOf(context, fused.output);
  const length = elementCount(shape);
  const inner = axis === undefined ? Math.min(flatUnit, length) : elementCount(shape.slice(axis + 1));
  const kernel: ConvertKernel = {
    kind: 'convert',
    name: `${dtype === 'int32' ? 's32' : prefixOf(dtype as ByteType)}_${direction}__scalar`,
    direction,
    dtype: dtype as ConvertKernel['dtype'],
    inner,
    channels: pairs.scale.length,
    length,
  };
  const operands = [inputOperand(context, fused, 0), quantizationPairs(pairs)];
  return oneStep(context, fused, kernel, Math.ceil(length / inner), operands);
}

/** `quantize`. */
export function planQuantize(context: PlanContext, fused: FusedNode): PlannedKernel<ConvertKernel>[] {
  return planConvert(context, fused, 'quantize', typeOf(context, fused.output));
}

/** `dequantize`. */
export function planDequantize(context: PlanContext, fused: FusedNode): PlannedKernel<ConvertKernel>[] {
  return planConvert(context, fused, 'dequantize', typeOfInput(context, fused, 0));
}

/** `dynamic-quantize`. */
export function planDynamicQuantize(
  context: PlanContext,
  fused: FusedNode,
): PlannedKernel<DynamicQuantizeKernel>[] {
  const { result } = (fused.node as NodeOf<'dynamic-quantize'>).attributes;
  const kernel: DynamicQuantizeKernel = {
    kind: 'dynamic-quantize',
    name: `qu8_dynamic-quantize_${result}__scalar`,
    length: elementCount(shapeOf(context, fused.node.inputs[0])),
    result,
  };
  return oneStep(context, fused, kernel, 1);
}
