/** @file Planning of bytes in another size. */
import { type ByteResizeTap, byteResizeTaps, type FusedNode, type NodeOf } from '@sepconv/graph';
import { type ByteType, byteTypeOf, prefixOf } from './integers.js';
import { constantOperand, imageOf, inputOperand, oneStep, typeOfInput } from './operands.js';
import type { Operand, PlanContext, PlannedStep } from './step.js';

/** Means of 2 × 2 pixels in fixed point. A unit of work is a row of the output. */
export interface ByteResizeKernel {
  readonly kind: 'byte-resize';
  readonly name: string;
  readonly dtype: ByteType;
  /** Of the input and the output, in pixels. */
  readonly height: number;
  readonly width: number;
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
}

/** For each tap 32-bit integers: the places of its two neighbours in bytes, and the weight of the second. */
function tableOf(taps: readonly ByteResizeTap[], stride: number): Operand {
  const numbers = taps.flatMap(({ first, second, weight }) => [first * stride, second * stride, weight]);
  return constantOperand(Int32Array.from(numbers));
}

/** `quantized-resize2d`. */
export function planByteResize(context: PlanContext, fused: FusedNode): PlannedStep<ByteResizeKernel>[] {
  const { size, coordinates } = (fused.node as NodeOf<'quantized-resize2d'>).attributes;
  const [batch, height, width, channels] = imageOf(context, fused.node.inputs[0]);
  const dtype = byteTypeOf(typeOfInput(context, fused, 0));
  const [rows, columns] = size;
  const name = `${prefixOf(dtype)}_resize__scalar`;
  const kernel: ByteResizeKernel = {
    kind: 'byte-resize',
    name,
    dtype,
    height,
    width,
    rows,
    columns,
    channels,
  };
  const operands = [
    inputOperand(context, fused, 0),
    tableOf(byteResizeTaps(coordinates, height, rows), width * channels),
    tableOf(byteResizeTaps(coordinates, width, columns), channels),
  ];
  return oneStep(context, fused, kernel, batch * rows, operands);
}
