/** @file Planning of the positions of the largest numbers. */
import type { FusedNode, NodeOf } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import { oneStep, shapeOf } from './operands.js';
import type { PlanContext, PlannedStep } from './step.js';

/** The positions of the `count` largest of each row of `size` floats. A unit of work is a row. */
export interface TopKKernel {
  readonly kind: 'top-k';
  readonly name: string;
  readonly size: number;
  readonly count: number;
}

/** `top-k`. */
export function planTopK(context: PlanContext, fused: FusedNode): PlannedStep<TopKKernel>[] {
  const { attributes, inputs } = fused.node as NodeOf<'top-k'>;
  const shape = shapeOf(context, inputs[0]);
  const size = shape.at(-1) as number;
  const kernel: TopKKernel = { kind: 'top-k', name: 'f32_top-k__scalar', size, count: attributes.count };
  return oneStep(context, fused, kernel, elementCount(shape) / size);
}
