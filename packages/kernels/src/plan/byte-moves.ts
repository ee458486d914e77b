/** @file Planning of what takes integers as they are: a border, joining, another order, the largest of a window. */
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
import { imageOf, shapeOf } from './shapes.js';
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

/** The largest byte of a sliding window. */
export interface ByteMaxPoolKernel extends Omit<PoolKernel, 'kind'> {
  readonly kind: 'byte-max-pool';
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

/** `max-pool2d` of bytes. */
export function planByteMaxPool(context: PlanContext, fused: FusedNode): PlannedKernel[] {
  const node = fused.node as NodeOf<'max-pool2d'>;
  const dtype = byteTypeOf(typeOfInput(context, fused, 0));
  const [batch, height, width, channels] = imageOf(context, node.inputs[0]);
  const [, outputHeight, outputWidth] = imageOf(context, node.outputs[0]);
  const { window, strides, dilations, padding } = node.attributes;
  const plain = planPool(context.engine, {
    mode: 'max',
    batch,
    input: [height, width],
    output: [outputHeight, outputWidth],
    channels,
    window,
    strides,
    dilations,
    padding: [padding.top, padding.left],
    countIncludePadding: false,
  });
  const name = `${prefixOf(dtype)}_max-pool2d_${window[0]}x${window[1]}__scalar`;
  const kernel: ByteMaxPoolKernel = { ...plain, kind: 'byte-max-pool', name, dtype };
  return stepOf(context, fused, kernel, batch * outputHeight);
}

/** An integer parameter copied into the arena, where it is seen under another shape. */
export function planParameterCopy(context: PlanContext, fused: FusedNode): PlannedKernel[] {
  const outputBytes = integerParameter(context, fused, 0).data.byteLength;
  const kernel: ByteConcatKernel = { kind: 'byte-concat', name: 'x8_copy', outer: 1, blocks: [outputBytes] };
  const operands = [storedOperand(context, fused, 0), { kind: 'value' as const, value: fused.output }];
  return [{ kernel, units: 1, operands, output: fused.output, outputBytes }];
}
