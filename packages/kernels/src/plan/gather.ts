/** @file Planning of what is taken at computed positions. */
import type { FusedNode, NodeOf } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import { oneStep, shapeOf } from './operands.js';
import type { PlanContext, PlannedStep } from './step.js';

/** Rows of floats at computed positions: `[batch, between, size, inner]` by indices `[batch, count]`. A unit of work is a row. */
export interface GatherKernel {
  readonly kind: 'gather';
  readonly name: string;
  readonly between: number;
  readonly size: number;
  readonly inner: number;
  readonly count: number;
}

/** `gather`. */
export function planGather(context: PlanContext, fused: FusedNode): PlannedStep<GatherKernel>[] {
  const { attributes, inputs } = fused.node as NodeOf<'gather'>;
  const { axis, batch } = attributes;
  const data = shapeOf(context, inputs[0]);
  const kernel: GatherKernel = {
    kind: 'gather',
    name: 'f32_gather__simd128',
    between: elementCount(data.slice(batch, axis)),
    size: data[axis] as number,
    inner: elementCount(data.slice(axis + 1)),
    count: elementCount(shapeOf(context, inputs[1]).slice(batch)),
  };
  return oneStep(context, fused, kernel, elementCount(shapeOf(context, fused.output)) / kernel.inner);
}
