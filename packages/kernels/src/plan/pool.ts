/** @file Planning of pooling: windows that slide, and windows that are the whole image. */
import type { FusedNode, NodeOf } from '@sepconv/graph';
import type { Engine } from './engine.js';
import { imageOf, oneStep } from './operands.js';
import { floatBytes, lanes } from './sizes.js';
import type { PlanContext, PlannedStep } from './step.js';

/** Average or maximum over a sliding window; shapes in elements. A unit of work is an output row, or a part of the only one. */
export interface PoolKernel {
  readonly kind: 'pool';
  readonly name: string;
  readonly mode: 'average' | 'max';
  readonly batch: number;
  readonly input: readonly [height: number, width: number];
  readonly output: readonly [height: number, width: number];
  /** Output pixels of a unit: a whole row, or fewer where there is one row. */
  readonly unitColumns: number;
  readonly channels: number;
  readonly window: readonly [height: number, width: number];
  readonly strides: readonly [height: number, width: number];
  readonly dilations: readonly [height: number, width: number];
  readonly padding: readonly [top: number, left: number];
  /** Whether the average divides by the whole window, padding included. */
  readonly countIncludePadding: boolean;
}

/** What the units of a sliding window depend on. */
export type PoolShape = Pick<PoolKernel, 'batch' | 'output' | 'unitColumns'>;

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

/** Parts of an output row that is the only one. */
const partsOfRow = 8;

/** Units of work of a sliding window. */
export function poolUnits({ batch, output, unitColumns }: PoolShape): number {
  return batch * output[0] * Math.ceil(output[1] / unitColumns);
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
    unitColumns: batch * outputHeight === 1 ? Math.ceil(outputWidth / partsOfRow) : outputWidth,
    channels,
    window,
    strides,
    dilations,
    padding: [padding.top, padding.left],
    countIncludePadding: node.op === 'average-pool2d' && node.attributes.countIncludePadding,
  };
}

/** Channel vectors that are summed side by side. */
const mostVectors = 8;

/** Bytes of a single image that are worth sharing out. */
const leastShared = 2_000_000;

/** The kernel for a whole image on an engine. */
export function planGlobalPool(
  engine: Engine,
  shape: Omit<GlobalPoolKernel, 'kind' | 'name' | 'vectors'>,
): GlobalPoolKernel {
  const { batch, pixels, channels } = shape;
  const all = Math.ceil(channels / lanes);
  // Half as many chains of additions, but two units.
  const isShared = batch === 1 && all <= mostVectors && pixels * channels * floatBytes >= leastShared;
  const vectors = isShared ? Math.ceil(all / 2) : Math.min(mostVectors, all);
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
    return oneStep(context, fused, kernel, poolUnits(kernel));
  };

/** `global-average-pool2d` and `global-max-pool2d`. */
export const planWholePool =
  (mode: PoolKernel['mode']) =>
  (context: PlanContext, fused: FusedNode): PlannedStep<GlobalPoolKernel>[] => {
    const [batch, height, width, channels] = imageOf(context, fused.node.inputs[0]);
    const kernel = planGlobalPool(context.engine, { mode, batch, pixels: height * width, channels });
    return oneStep(context, fused, kernel, globalPoolUnits(kernel));
  };
