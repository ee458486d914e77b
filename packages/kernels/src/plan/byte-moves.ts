/** @file Planning of what takes integers as they are: a border, joining, another order, the largest or the mean of a window. */
import type { NodeOf } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import { type ConcatKernel, type PadKernel, paddedShape, planConcat, planPad } from './copy.js';
import type { FusedNode } from './fuse.js';
import {
  type ByteType,
  byteTypeOf,
  integerParameter,
  prefixOf,
  storedOperand,
  typeOfInput,
} from './integers.js';
import { type PoolKernel, planPool } from './pool.js';
import { shapeOf } from './shapes.js';
import type { Kernel, PlanContext, PlannedKernel } from './step.js';
import { type StridedCopyKernel, stridedCopyUnits } from './strided-copy.js';

/** A border of one byte; shapes as the float kernel's. */
export interface BytePadKernel extends Omit<PadKernel, 'kind'> {
  readonly kind: 'byte-pad';
}

/** Blocks of bytes side by side. */
export interface ByteConcatKernel extends Omit<ConcatKernel, 'kind'> {
  readonly kind: 'byte-concat';
}

/** A copy of bytes in another order; steps in bytes, and what is no run is gathered. */
export interface ByteStridedCopyKernel extends Omit<StridedCopyKernel, 'kind'> {
  readonly kind: 'byte-strided-copy';
}

/** The largest byte of a sliding window, or the mean of its bytes, halves away from zero. */
export interface BytePoolKernel extends Omit<PoolKernel, 'kind'> {
  readonly kind: 'byte-pool';
  readonly dtype: ByteType;
}

function stepOf(
  context: PlanContext,
  fused: FusedNode,
  kernel: Kernel,
  units: number,
  elementBytes = 1,
): PlannedKernel[] {
  const inputs = fused.node.inputs.map((_, index) => storedOperand(context, fused, index));
  const operands = [...inputs, { kind: 'value' as const, value: fused.output }];
  const outputBytes = elementBytes * elementCount(shapeOf(context, fused.output));
  return [{ kernel, units, operands, output: fused.output, outputBytes }];
}

/** `transpose` and `slice` of integers; numbers of 32 bits are moved as floats are. */
export function planIntegerCopy(
  context: PlanContext,
  fused: FusedNode,
  plain: StridedCopyKernel,
): PlannedKernel[] {
  const units = stridedCopyUnits(plain);
  if (typeOfInput(context, fused, 0).dtype === 'int32') return stepOf(context, fused, plain, units, 4);
  const name = `x8_${fused.node.op}_${plain.mode === 'run' ? 'run' : 'gather'}`;
  const kernel: ByteStridedCopyKernel = { ...plain, kind: 'byte-strided-copy', name };
  return stepOf(context, fused, kernel, units);
}

/** `pad` of bytes. */
export function planBytePad(context: PlanContext, fused: FusedNode): PlannedKernel[] {
  const { before, after, value } = (fused.node as NodeOf<'pad'>).attributes;
  const plain = planPad(shapeOf(context, fused.node.inputs[0]), before, after, value);
  const kernel: BytePadKernel = { ...plain, kind: 'byte-pad', name: 'x8_pad' };
  return stepOf(context, fused, kernel, elementCount(paddedShape(plain).slice(0, -1)));
}

/** `concat` of bytes. */
export function planByteConcat(context: PlanContext, fused: FusedNode): PlannedKernel[] {
  const { axis } = (fused.node as NodeOf<'concat'>).attributes;
  const shapes = fused.node.inputs.map((input) => shapeOf(context, input));
  return planConcat(shapes, axis).flatMap(({ first, kernel: plain }) => {
    const kernel: ByteConcatKernel = { ...plain, kind: 'byte-concat', name: 'x8_concat' };
    const [step] = stepOf(context, fused, kernel, kernel.outer) as [PlannedKernel];
    const inputs = step.operands.slice(first, first + kernel.blocks.length);
    return { ...step, operands: [...inputs, { kind: 'value' as const, value: fused.output }] };
  });
}

/** `average-pool2d` and `max-pool2d` of bytes. */
export const planBytePool =
  (mode: PoolKernel['mode']) =>
  (context: PlanContext, fused: FusedNode): PlannedKernel[] => {
    const dtype = byteTypeOf(typeOfInput(context, fused, 0));
    const plain = planPool(context, fused, mode);
    const name = `${prefixOf(dtype)}_${mode}-pool2d_${plain.window[0]}x${plain.window[1]}__scalar`;
    const kernel: BytePoolKernel = { ...plain, kind: 'byte-pool', name, dtype };
    return stepOf(context, fused, kernel, plain.batch * plain.output[0]);
  };

/** An integer parameter copied into the arena, where it is seen under another shape. */
export function planParameterCopy(context: PlanContext, fused: FusedNode): PlannedKernel[] {
  const outputBytes = integerParameter(context, fused, 0).data.byteLength;
  const kernel: ByteConcatKernel = { kind: 'byte-concat', name: 'x8_copy', outer: 1, blocks: [outputBytes] };
  const operands = [storedOperand(context, fused, 0), { kind: 'value' as const, value: fused.output }];
  return [{ kernel, units: 1, operands, output: fused.output, outputBytes }];
}
