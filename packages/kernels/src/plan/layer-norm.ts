/** @file Planning of layer normalization. */
import type { FusedNode, NodeOf } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import { inputOperand, oneStep, parameterOf, shapeOf } from './operands.js';
import { floatBytes, lanes } from './sizes.js';
import type { PlanContext, PlannedStep } from './step.js';

/**
 * Rows of `channels` floats, each by its own mean and variance, then `· scale[c] + shift[c]`. Scale and shift are packed one
 * behind the other, each padded to whole vectors. A unit of work is a row.
 */
export interface LayerNormKernel {
  readonly kind: 'layer-norm';
  readonly name: string;
  readonly channels: number;
  readonly epsilon: number;
}

/** `layer-norm`. */
export function planLayerNorm(context: PlanContext, fused: FusedNode): PlannedStep<LayerNormKernel>[] {
  const { epsilon } = (fused.node as NodeOf<'layer-norm'>).attributes;
  const shape = shapeOf(context, fused.node.inputs[0]);
  const channels = shape.at(-1) as number;
  const name = `f32_layer-norm_${channels}c__${context.engine.name}`;
  const kernel: LayerNormKernel = { kind: 'layer-norm', name, channels, epsilon };
  const stride = Math.ceil(channels / lanes) * lanes * floatBytes;
  const parameters = [1, 2].map((index) => parameterOf(context, fused, index));
  return oneStep(context, fused, kernel, elementCount(shape) / channels, [
    inputOperand(context, fused, 0),
    { kind: 'weights', bytes: 2 * stride, layout: { kind: 'copy', parameters, stride } },
  ]);
}
