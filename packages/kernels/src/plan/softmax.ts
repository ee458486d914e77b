/** @file Planning of softmax. */
import type { FusedNode, NodeOf } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import { oneStep, shapeOf } from './operands.js';
import { lanes } from './sizes.js';
import type { PlanContext, PlannedStep } from './step.js';

/**
 * Softmax along the middle of `[outer, axis, inner]`. A unit of work is one outer index where `inner` is 1 (the sum runs
 * along a vector), and otherwise four neighbouring inner positions (each lane has its own sum).
 */
export interface SoftmaxKernel {
  readonly kind: 'softmax';
  readonly name: string;
  readonly outer: number;
  readonly axis: number;
  readonly inner: number;
}

/** Units of work. */
function softmaxUnits({ outer, inner }: SoftmaxKernel): number {
  return inner === 1 ? outer : outer * Math.ceil(inner / lanes);
}

/** `softmax`. */
export function planSoftmax(context: PlanContext, fused: FusedNode): PlannedStep<SoftmaxKernel>[] {
  const { axis } = (fused.node as NodeOf<'softmax'>).attributes;
  const shape = shapeOf(context, fused.node.inputs[0]);
  const kernel: SoftmaxKernel = {
    kind: 'softmax',
    name: `f32_softmax__${context.engine.name}`,
    outer: elementCount(shape.slice(0, axis)),
    axis: shape[axis] as number,
    inner: elementCount(shape.slice(axis + 1)),
  };
  return oneStep(context, fused, kernel, softmaxUnits(kernel));
}
