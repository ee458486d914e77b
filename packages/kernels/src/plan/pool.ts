/** @file Planning of pooling: windows that slide, and windows that are the whole image. */
import type { FusedNode, NodeOf } from '@sepconv/graph';
import type { Engine } from './engine.js';
import { imageOf, oneStep } from './operands.js';
import { lanes } from './sizes.js';
import type { PlanContext, PlannedStep } from './step.js';

/** Average or maximum over a sliding window; shapes in elements. A unit of work is an output row. */
export interface PoolKernel {
  readonly kind: 'pool';
  readonly name: string;
  readonly mode: 'average' | 'max';
  readonly batch: number;
  readonly input: readonly [height: number, width: number];
  readonly output: readonly [height: number, width: number];
  readonly channels: number;
  readonly window: readonly [height: number, width: number];
  readonly strides: readonly [height: number, width: number];
  readonly dilations: readonly [height: number, width: number];
  readonly padding: readonly [top: number, left: number];
  /** Whether the average divides by the whole window, padding included. */
  readonly countIncludePadding: boolean;
}

/** Average or maximum over an image. A unit of work is an image's next `vectors` channel vectors. */
export interface GlobalPoolKernel {
  readonly kind: 'global-pool';
  readonly name: string;
  readonly mode: 'average' | 'max';
  readonly batch: number;
  readonly pixels: number;
  readonly channels: number;
  /** Channel vectors summed side by side, so that one addition need not wait for the other. */
  readonly vectors: number;
}

/** The kernel for a sliding window. */
export function planPool(context: PlanContext, fused: FusedNode, mode: PoolKernel['mode']): PoolKernel {
  const node = fused.node as NodeOf<'average-pool2d'> | NodeOf<'max-pool2d'>;
  const [batch, height, width, channels] = imageOf(context, node.inputs[0]);
  const [, outputHeight, outputWidth] = imageOf(context, node.outputs[0]);
  const { window, strides, dilations, padding } = node.attributes;
  return {
    kind: 'pool',
    name: `f32_${mode}-pool2d_${window[0]}x${window[1]}__${context.engine.name}`,
    mode,
    batch,
    input: [height, width],
    output: [outputHeight, outputWidth],
    channels,
    window,
    strides,
    dilations,
    padding: [padding.top, padding.left],
    countIncludePadding: node.op === 'average-pool2d' && node.attributes.countIncludePadding,
  };
}

/** The kernel for a whole image on an engine. */
export function planGlobalPool(
  engine: Engine,
  shape: Omit<GlobalPoolKernel, 'kind' | 'name' | 'vectors'>,
): GlobalPoolKernel {
  const vectors = Math.min(8, Math.ceil(shape.channels / 4));
  return {
    kind: 'global-pool',
    name: `f32_global-${shape.mode}-pool2d_${vectors * 4}c__${engine.name}`,
    ...shape,
    vectors,
  };
}

/** Units of work of a kernel for whole images. */
export function globalPoolUnits({ batch, channels, vectors }: GlobalPoolKernel): number {
  return batch * Math.ceil(channels / (vectors * lanes));
}

/** `average-pool2d` and `max-pool2d`. */
export const planSlidingPool =
  (mode: PoolKernel['mode']) =>
  (context: PlanContext, fused: FusedNode): PlannedStep<PoolKernel>[] => {
    const kernel = planPool(context, fused, mode);
    return oneStep(context, fused, kernel, kernel.batch * kernel.output[0]);
  };

/** `global-average-pool2d` and `global-max-pool2d`. */
export const planWholePool =
  (mode: PoolKernel['mode']) =>
  (context: PlanContext, fused: FusedNode): PlannedStep<GlobalPoolKernel>[] => {
    const [batch, height, width, channels] = imageOf(context, fused.node.inputs[0]);
    const kernel = planGlobalPool(context.engine, { mode, batch, pixels: height * width, channels });
    return oneStep(context, fused, kernel, globalPoolUnits(kernel));
  };
