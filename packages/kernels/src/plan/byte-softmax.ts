/** @file Planning of softmax of bytes. */
import type { FusedNode, NodeOf } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import { type ByteSums, type ByteType, byteSums, byteTypeOf, prefixOf } from './integers.js';
import { oneStep, shapeOf, typeOfInput } from './operands.js';
import type { PlanContext, PlannedStep } from './step.js';

/** Shares of a sum of exponentials from a table, added in the order of the elements. A unit of work is a row. */
export interface ByteSoftmaxKernel {
  readonly kind: 'byte-softmax';
  readonly name: string;
  /** Of the input. */
  readonly dtype: ByteType;
  /** Bytes of a row. */
  readonly size: number;
  readonly scale: number;
  readonly output: ByteSums;
}

/** `quantized-softmax`. */
export function planByteSoftmax(context: PlanContext, fused: FusedNode): PlannedStep<ByteSoftmaxKernel>[] {
  const { output } = (fused.node as NodeOf<'quantized-softmax'>).attributes;
  const shape = shapeOf(context, fused.output);
  const kernel: ByteSoftmaxKernel = {
    kind: 'byte-softmax',
    name: `${prefixOf(output.dtype)}_softmax__scalar`,
    dtype: byteTypeOf(typeOfInput(context, fused, 0)),
    size: shape.at(-1) as number,
    scale: output.scale,
    output: byteSums(output),
  };
  return oneStep(context, fused, kernel, elementCount(shape.slice(0, -1)));
}
