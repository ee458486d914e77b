/** @file Planning of batch normalizations that could not be folded into a layer. */
import { type Epilogue, type FusedNode, type NodeOf, normParameters } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import type { Engine } from './engine.js';
import { epilogueName } from './epilogue.js';
import { inputOperand, oneStep, parameterOf, shapeOf } from './operands.js';
import { floatBytes, lanes } from './sizes.js';
import type { PlanContext, PlannedStep } from './step.js';

/** `in · factor[c] + offset[c]`: a batch normalization that could not be folded. A unit of work is a pixel row. */
export interface ChannelwiseKernel {
  readonly kind: 'channelwise';
  readonly name: string;
  readonly rows: number;
  readonly channels: number;
  /** As `((in · half − mean) · factor) · rest + shift` instead of `in · factor + offset`. */
  readonly centred: boolean;
  readonly epilogue: Epilogue;
}

/** The kernel for a batch normalization on an engine. */
export function planChannelwise(
  engine: Engine,
  rows: number,
  channels: number,
  epilogue: Epilogue,
  centred = false,
): ChannelwiseKernel {
  return {
    kind: 'channelwise',
    name: `f32_batch-norm${epilogueName(epilogue)}__${engine.name}`,
    rows,
    channels,
    centred,
    epilogue,
  };
}

/** A batch normalization that is a step of its own. */
export function planBatchNorm(context: PlanContext, fused: FusedNode): PlannedStep<ChannelwiseKernel>[] {
  const node = fused.node as NodeOf<'batch-norm'>;
  const shape = shapeOf(context, node.inputs[0]);
  const channels = shape.at(-1) as number;
  const isCentred = context.facts.centred.has(node.name);
  const rows = elementCount(shape) / channels;
  const kernel = planChannelwise(context.engine, rows, channels, fused.epilogue, isCentred);
  for (const index of [1, 2, 3, 4]) parameterOf(context, fused, index);
  const width = Math.ceil(channels / lanes) * lanes;
  const layout = { kind: 'batch-norm', norm: normParameters(node), width, isCentred } as const;
  const bytes = (isCentred ? 5 : 2) * width * floatBytes;
  return oneStep(context, fused, kernel, rows, [
    inputOperand(context, fused, 0),
    { kind: 'weights', bytes, layout },
  ]);
}
