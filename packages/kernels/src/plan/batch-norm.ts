/** @file Planning of batch normalizations that could not be folded into a layer. */
import type { NodeOf } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';
import type { Engine } from './engine.js';
import { type Epilogue, epilogueName } from './epilogue.js';
import type { FusedNode } from './fuse.js';
import { inputOperand, oneStep, parameterOf, shapeOf } from './operands.js';
import { lanes } from './sizes.js';
import type { PlanContext, PlannedKernel } from './step.js';

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

/** What a channel of a batch normalization is computed with, one row of the packed numbers for each. */
export interface NormRows {
  readonly centred: boolean;
  readonly rows: readonly ArrayLike<number>[];
}

const isOrdinary = (value: number): boolean => {
  const size = Math.abs(Math.fround(value));
  return size === 0 ? value === 0 : size >= 2 ** -126 && size < Infinity;
};

/**
 * From the factor `scale / √(variance + ε)`, mean and shift of each channel. Where a factor is no ordinary float32, as with a
 * variance of 0, or takes the mean out of range, the mean is subtracted first and the factor multiplied in two parts, of which
 * neither overflows alone; `half` keeps a difference that is multiplied by less than 1 from overflowing.
 */
export function normRows(
  factors: readonly number[],
  mean: ArrayLike<number>,
  shift: ArrayLike<number>,
): NormRows {
  const offsets = factors.map((factor, c) => (shift[c] as number) - (mean[c] as number) * factor);
  if (factors.every(isOrdinary) && offsets.every((offset) => Number.isFinite(Math.fround(offset)))) {
    return { centred: false, rows: [factors, offsets] };
  }
  const halves = factors.map((factor) => (Math.abs(factor) < 1 ? 0.5 : 1));
  const rests = factors.map((factor) => {
    const isSplit = factor !== 0 && Number.isFinite(factor);
    return isSplit ? 2 ** Math.trunc(Math.log2(Math.abs(factor)) / 2) : 1;
  });
  const means = halves.map((half, c) => half * (mean[c] as number));
  const firsts = factors.map((factor, c) => factor / (rests[c] as number) / (halves[c] as number));
  return { centred: true, rows: [halves, means, firsts, rests, shift] };
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
export function planBatchNorm(context: PlanContext, fused: FusedNode): PlannedKernel<ChannelwiseKernel>[] {
  const node = fused.node as NodeOf<'batch-norm'>;
  const shape = shapeOf(context, node.inputs[0]);
  const channels = shape.at(-1) as number;
  const [scale, shift, mean, variance] = [1, 2, 3, 4].map(
    (index) => parameterOf(context, fused, index).data,
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const width = Math.ceil(channels / lanes) * lanes;
  const factors = Array.from(
    scale,
    (value, c) => value / Math.sqrt((variance[c] as number) + node.attributes.epsilon),
  );
  const packed = normRows(factors, mean, shift);
  const fill = (target: Float32Array): void => {
    packed.rows.forEach((numbers, row) => {
      target.set(numbers, row * width);
    });
  };
  const rows = elementCount(shape) / channels;
  const kernel = planChannelwise(context.engine, rows, channels, fused.epilogue, packed.centred);
  return oneStep(context, fused, kernel, rows, [
    inputOperand(context, fused, 0),
    { kind: 'weights', length: packed.rows.length * width, fill },
  ]);
}
