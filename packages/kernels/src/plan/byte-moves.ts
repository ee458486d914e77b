/** @file Planning of what takes integers as they are: a border, joining, the largest or the mean of a window. */
import type { FusedNode, NodeOf } from '@sepconv/graph';
import { byteLength, elementCount } from '@sepconv/tensor';
import { type ConcatKernel, type PadKernel, paddedShape, planConcat, planPad } from './copy.js';
import { type ByteType, byteTypeOf, prefixOf } from './integers.js';
import { inputOperand, oneStep, shapeOf, typeOf, typeOfInput } from './operands.js';
import { type PoolKernel, planPool, poolUnits } from './pool.js';
import type { PlanContext, PlannedStep } from './step.js';

/** A border of one byte; shapes as the float kernel's. */
export interface BytePadKernel extends Omit<PadKernel, 'kind'> {
  readonly kind: 'byte-pad';
}

/** Blocks of bytes side by side. */
export interface ByteConcatKernel extends Omit<ConcatKernel, 'kind'> {
  readonly kind: 'byte-concat';
}

/** The largest byte of a sliding window, or the mean of its bytes, halves away from zero. */
export interface BytePoolKernel extends Omit<PoolKernel, 'kind'> {
  readonly kind: 'byte-pool';
  readonly dtype: ByteType;
}

/** `pad` of bytes. */
export function planBytePad(context: PlanContext, fused: FusedNode): PlannedStep<BytePadKernel>[] {
  const { before, after, value } = (fused.node as NodeOf<'pad'>).attributes;
  const plain = planPad(shapeOf(context, fused.node.inputs[0]), before, after, value);
  const kernel: BytePadKernel = { ...plain, kind: 'byte-pad', name: 'bytes_pad' };
  return oneStep(context, fused, kernel, elementCount(paddedShape(plain).slice(0, -1)));
}

/** `concat` of bytes. */
export function planByteConcat(context: PlanContext, fused: FusedNode): PlannedStep<ByteConcatKernel>[] {
  const { axis } = (fused.node as NodeOf<'concat'>).attributes;
  const shapes = fused.node.inputs.map((input) => shapeOf(context, input));
  return planConcat(shapes, axis).flatMap(({ first, kernel: plain }) => {
    const kernel: ByteConcatKernel = { ...plain, kind: 'byte-concat', name: 'bytes_concat' };
    const operands = kernel.blocks.map((_, index) => inputOperand(context, fused, first + index));
    return oneStep(context, fused, kernel, kernel.outer, operands);
  });
}

/** `average-pool2d` and `max-pool2d` of bytes. */
export const planBytePool =
  (mode: PoolKernel['mode']) =>
  (context: PlanContext, fused: FusedNode): PlannedStep<BytePoolKernel>[] => {
    const dtype = byteTypeOf(typeOfInput(context, fused, 0));
    const plain = planPool(context, fused, mode);
    const name = `${prefixOf(dtype)}_${mode}-pool2d_${plain.window[0]}x${plain.window[1]}__simd128`;
    const kernel: BytePoolKernel = { ...plain, kind: 'byte-pool', name, dtype };
    return oneStep(context, fused, kernel, poolUnits(plain));
  };

/** A parameter's numbers copied into the arena, where they are seen under another shape: a parameter is no value that could be. */
export function planParameterCopy(context: PlanContext, fused: FusedNode): PlannedStep<ByteConcatKernel>[] {
  const blocks = [byteLength(typeOf(context, fused.output))];
  const kernel: ByteConcatKernel = { kind: 'byte-concat', name: 'bytes_copy', outer: 1, blocks };
  return oneStep(context, fused, kernel, 1, [inputOperand(context, fused, 0)]);
}
