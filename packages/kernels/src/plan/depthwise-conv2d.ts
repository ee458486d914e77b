/**
 * @file Planning of depthwise convolutions.
 *
 * Pixels outside, channels inside: a block of neighbouring output pixels is computed for four (or eight) channels at a
 * time, all taps in one pass, so that every cache line of the image is used whole and the weights stream from the
 * first-level cache. Columns outside the image are known when the code is emitted and read a register of zeros; rows
 * outside it read a shared buffer of zeros.
 *
 * Weights are packed in the order of use. For each block of `vectors` channel vectors: the biases, then the taps row by
 * row. With a channel multiplier M, four input channels feed M vectors of output channels, one pass for each.
 */

import type { Engine } from './engine.js';
import { type Epilogue, epilogueName } from './epilogue.js';
import { type LayerNumbers, packColumns } from './pack.js';
import { lanes } from './shapes.js';

/** A depthwise convolution; shapes in elements. */
export interface DepthwiseKernel {
  readonly kind: 'depthwise-conv2d';
  readonly name: string;
  readonly batch: number;
  readonly input: readonly [height: number, width: number];
  readonly output: readonly [height: number, width: number];
  readonly channels: number;
  readonly multiplier: number;
  readonly window: readonly [height: number, width: number];
  readonly strides: readonly [height: number, width: number];
  readonly dilations: readonly [height: number, width: number];
  readonly padding: readonly [top: number, left: number];
  /** Neighbouring output pixels computed together, at most. */
  readonly pixels: number;
  /** Channel vectors in a step of the channel loop. */
  readonly vectors: number;
  /** Whether the rows of the window are written out; large windows loop over them. */
  readonly unrolledRows: boolean;
  readonly epilogue: Epilogue;
}

/** What a convolution says of itself; the planner adds the blocking. */
export type DepthwiseShape = Omit<DepthwiseKernel, 'kind' | 'name' | 'pixels' | 'vectors' | 'unrolledRows'>;

/** Multiply-adds that the code of one block may spell out before its rows become a loop. */
const longestBlock = 400;

/** The kernel for a depthwise convolution on an engine. */
export function planDepthwise(engine: Engine, shape: DepthwiseShape): DepthwiseKernel {
  const [rows, columns] = shape.window;
  const pixels = Math.min(4, shape.output[1]);
  const vectors =
    shape.multiplier === 1 ? Math.min(engine.vectorsPerRegister, Math.ceil(shape.channels / lanes)) : 1;
  const unrolledRows = rows <= 7 && rows * columns * pixels * vectors * shape.multiplier <= longestBlock;
  const name = `f32_depthwise-conv2d${epilogueName(shape.epilogue)}_${rows}x${columns}_${pixels}p${vectors * lanes}c__${engine.name}`;
  return { kind: 'depthwise-conv2d', name, ...shape, pixels, vectors, unrolledRows };
}

/** Vectors of channels in each step of the channel loop: full steps, then one for what is left. */
export function channelSteps({ channels, vectors }: Pick<DepthwiseKernel, 'channels' | 'vectors'>): {
  readonly full: number;
  /** Channels that the full steps leave over. */
  readonly rest: number;
} {
  const full = Math.floor(channels / (vectors * lanes));
  return { full, rest: channels - full * vectors * lanes };
}

/** Floats of the packed weights. */
export function packedDepthwiseLength({ channels, multiplier, window }: DepthwiseKernel): number {
  return Math.ceil(channels / lanes) * lanes * multiplier * (window[0] * window[1] + 1);
}

/** Writes the weight `[taps, channels · multiplier]` (HWCM flattened) and the bias in the order of use. */
export function packDepthwise(kernel: DepthwiseKernel, numbers: LayerNumbers, target: Float32Array): void {
  const outputs = kernel.channels * kernel.multiplier;
  const rows = kernel.window[0] * kernel.window[1] + 1;
  // With a multiplier, a step of four input channels is `multiplier` passes of one output vector each.
  const passWidth = kernel.multiplier === 1 ? kernel.vectors * lanes : lanes;
  let to = 0;
  for (let first = 0; first < outputs; first += passWidth) {
    const columns = Math.min(passWidth, outputs - first);
    const width = Math.ceil(columns / lanes) * lanes;
    packColumns(numbers, first, columns, target, to, width);
    to += rows * width;
  }
}
