/**
 * @file Planning of depthwise convolutions.
 *
 * Pixels outside, channels inside: a block of neighbouring output pixels is computed for four (or eight) channels at a
 * time, all taps in one pass, so that every cache line of the image is used whole and the weights stream from the
 * first-level cache. Columns outside the image are known when the code is emitted and read a register of zeros; rows
 * outside it read a shared buffer of zeros.
 *
 * With a channel multiplier M, each channel vector feeds M vectors of sums, one for each multiple: their lanes are channels
 * `c`, and memory wants `c · M + m`, so the sums are interleaved when they are stored.
 *
 * Weights are packed in the order of use. For each step of `vectors` channel vectors: the biases, then the taps row by row;
 * each of these is M times the step's channels, multiple by multiple.
 */

import type { Epilogue } from '@sepconv/graph';
import { chosenBlock } from './depthwise-block.js';
import { type Staging, stagingOf } from './depthwise-staging.js';
import type { Engine } from './engine.js';
import { epilogueName } from './epilogue.js';
import { prefixOf, type StoredSums, storedBytes } from './integers.js';
import type { DepthwisePanels } from './layout.js';
import { usualLimits } from './machine.js';
import { pixelBlocks } from './pixel-blocks.js';
import { pairBytes, pairRowBytes, pairsSlack, type RowPairs } from './row-pairs.js';
import { floatBytes, lanes } from './sizes.js';

/**
 * `columns`: a row's weights stay in registers, and each input column is loaded once. `taps`: each weight is loaded once,
 * and the columns stay in registers. `reloads`: as `taps`, but columns are loaded for each use, because they are too many.
 * `looped`: nothing is written out, see `emit/depthwise/looped.ts`.
 */
export type DepthwiseOrder = 'columns' | 'taps' | 'reloads' | 'looped';

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
  /** Neighbouring output pixels of a row computed together, at most. */
  readonly pixels: number;
  /** Neighbouring output rows computed together, which share input rows: the block of a unit of work. */
  readonly outputRows: number;
  /** In which order a row's multiply-adds stand. Each output gets its taps in the same order either way. */
  readonly order: DepthwiseOrder;
  /** Channel vectors in a step of the channel loop. */
  readonly vectors: number;
  /** Rows of the window that are written out: all, or as many as each turn of a loop over them takes. */
  readonly unrolledRows: number;
  /** What a unit copies into scratch before it computes; absent where pixels lie well as they are. Nothing is `looped` then. */
  readonly staging?: Staging;
  readonly epilogue: Epilogue;
  /**
   * A convolution of integers, and what is stored of it. Each element of the input is then a pair of bytes that are neighbours along
   * the height, and each weight a pair of 16 bits: `i32x4.dot_i16x8_s` adds both products. Rows of the window are rows of
   * pairs, and the channel multiplier is 1.
   */
  readonly integers?: StoredSums;
  /** Taps of the window; of the last pairs there may be one only. */
  readonly terms?: number;
  /** Of integers, whose pairs are made in scratch while it runs. A unit of work is `unitRows` output rows of an image then. */
  readonly pairs?: RowPairs;
  /** What those pairs are, of a kernel that finds them made: bytes whose zero point is in the biases, or a parameter. */
  readonly made?: Pick<RowPairs, 'dtype'> & { readonly hasZero: boolean };
}

/** What a convolution says of itself; the planner adds the blocking. */
export type DepthwiseShape = Omit<
  DepthwiseKernel,
  'kind' | 'name' | 'pixels' | 'outputRows' | 'order' | 'vectors' | 'unrolledRows' | 'staging'
>;

/** Multiply-adds that the code of one block may spell out before its rows become a loop. */
const longestBlock = 400;

/** The same for a block of several output rows. */
const longestSharedBlock = 512;

/** Rows that a loop over a large window spells out in each turn. */
const rowsOfTurn = 4;

/** Pixels of a block above which its columns do not stay in registers. */
const mostKeptPixels = 4;

/** Weights of a row that fit into registers beside the sums. */
const mostRowWeights = 5;

function orderOf({ window, multiplier }: DepthwiseShape, pixels: number): DepthwiseOrder {
  if (multiplier === 1 && window[1] <= mostRowWeights) return 'columns';
  return pixels > mostKeptPixels ? 'reloads' : 'taps';
}

/**
 * Multiply-adds that a function may spell out in all its blocks; with more it loops over everything. Each takes ten to twenty
 * bytes, and V8 needs time for them that small layers never win back.
 */
const mostSpelledOut = 6000;

/** Pixels of an inner block of a looped kernel, and vectors of channels in its steps. */
const loopedBlock = { pixels: 4, vectors: 2 };

/**
 * Multiply-adds that the code of a kernel spells out: those of each block with code of its own, for full steps of channels and
 * for what is left. An odd channel multiplier blends each of its planes with each other one, which is as much code again.
 */
function spelledOut(kernel: DepthwiseKernel): number {
  const { window, vectors, multiplier, outputRows, unrolledRows } = kernel;
  if (kernel.order === 'looped') return 0;
  const { full, rest } = channelSteps(kernel);
  const steps = Math.min(full, 1) + Math.min(rest, 1);
  const isUnrolled = unrolledRows >= window[0];
  const rows = isUnrolled ? window[0] * outputRows : unrolledRows + (window[0] % unrolledRows);
  const perPixel = (rows * window[1] + (multiplier > 1 ? multiplier : 0)) * multiplier * vectors;
  // A row has at least so many blocks' pixels, which alone may be too many to look at each block.
  if (steps * Math.min(kernel.output[1], kernel.pixels) * perPixel > mostSpelledOut) return Infinity;
  const pixels = pixelBlocks(kernel).reduce((sum, block) => sum + block.pixels, 0);
  return steps * pixels * perPixel;
}

const baseName = ({ epilogue, integers }: DepthwiseShape): string =>
  `${prefixOf(integers?.dtype ?? 'float32')}_depthwise-conv2d${epilogueName(epilogue)}`;

/** The kernel for a depthwise convolution on an engine. */
export function planDepthwise(engine: Engine, shape: DepthwiseShape): DepthwiseKernel {
  const kernel = planSpelledOut(engine, shape);
  if (spelledOut(kernel) <= mostSpelledOut) return kernel;
  const { window, channels, output } = shape;
  const pixels = Math.min(loopedBlock.pixels, output[1]);
  const vectors = Math.min(loopedBlock.vectors, Math.ceil(channels / lanes));
  const name = `${baseName(shape)}_${window[0]}x${window[1]}_looped__${engine.name}`;
  return { ...unstaged(kernel), name, pixels, vectors, order: 'looped', outputRows: 1, unrolledRows: 1 };
}

/** The same kernel, which reads its input where it lies and needs no scratch. */
export function unstaged({ staging, ...kernel }: DepthwiseKernel): DepthwiseKernel {
  return staging === undefined ? kernel : { ...kernel, name: kernel.name.replace('_staged', '') };
}

/** As {@link planDepthwise}, for a caller that has no scratch to give. */
export function planUnstagedDepthwise(engine: Engine, shape: DepthwiseShape): DepthwiseKernel {
  return unstaged(planDepthwise(engine, shape));
}

function planSpelledOut(engine: Engine, shape: DepthwiseShape): DepthwiseKernel {
  const [rows, columns] = shape.window;
  const block = chosenBlock(engine, shape);
  const { pixels, vectors } = block;
  const perRow = rows * columns * pixels * vectors * shape.multiplier;
  const isShort = perRow <= longestBlock;
  // Rows are shared only where the window is written out.
  const outputRows = perRow * block.rows <= longestSharedBlock ? block.rows : 1;
  const unrolledRows = outputRows > 1 || (rows <= 7 && isShort) ? rows : isShort ? rowsOfTurn : 1;
  const isStaged = block.strip > 0 && outputRows === 1 && unrolledRows === rows;
  const staging = isStaged ? stagingOf(shape, block.strip) : undefined;
  const size = outputRows === 1 ? `${pixels}p` : `${outputRows}x${pixels}p`;
  const staged = staging === undefined ? '' : '_staged';
  const name = `${baseName(shape)}_${rows}x${columns}_${size}${vectors * lanes}c${staged}__${engine.name}`;
  const order = orderOf(shape, pixels);
  const kernel: DepthwiseKernel = {
    kind: 'depthwise-conv2d',
    name,
    ...shape,
    pixels,
    outputRows,
    order,
    vectors,
    unrolledRows,
  };
  return staging === undefined ? kernel : { ...kernel, staging };
}

/**
 * Units of work of a kernel: blocks of output rows, of which an image's last two overlap where rows do not come out even; or, of
 * a staged one, strips of channels.
 */
export function depthwiseUnits(kernel: DepthwiseKernel): number {
  const { batch, output, outputRows, channels, staging, pairs } = kernel;
  if (staging !== undefined) return batch * (channels / staging.channels);
  return batch * Math.ceil(output[0] / (pairs?.unitRows ?? outputRows));
}

/** Pairs of rows from one output row to the next, and those under one, from the first to the last. */
export function pairsOfRow({
  strides,
  dilations,
  window,
}: Pick<DepthwiseKernel, 'strides' | 'dilations' | 'window'>): {
  readonly stride: number;
  readonly span: number;
} {
  return { stride: strides[0], span: (window[0] - 1) * dilations[0] + 1 };
}

/** Units that an image has at least. */
const leastUnits = 4;

/** Output rows of a unit whose pairs of rows have so many bytes. */
export function rowsOfPairs(
  { limits = usualLimits }: Engine,
  shape: DepthwiseShape,
  rowBytes: number,
): number {
  const { stride, span } = pairsOfRow(shape);
  const fit = 1 + Math.floor((limits.rowPairs / rowBytes - span) / stride);
  return Math.max(1, Math.min(fit, Math.ceil(shape.output[0] / leastUnits)));
}

/** Bytes of scratch for the pairs of a unit; vectors of the last row reach beyond it. */
export function pairsScratch(kernel: DepthwiseKernel, pairs: RowPairs): number {
  const { stride, span } = pairsOfRow(kernel);
  return ((pairs.unitRows - 1) * stride + span) * pairRowBytes(pairs) + pairsSlack(pairs);
}

/**
 * The same convolution with height and width exchanged where the image is one pixel wide, which memory cannot tell: then its
 * pixels are neighbours in a row, and a block has more than one.
 */
export function alongRows(shape: DepthwiseShape): DepthwiseShape {
  const { input, output, window, strides, dilations, padding } = shape;
  const isColumn = input[1] === 1 && output[1] === 1 && window[1] === 1 && padding[1] === 0;
  if (!isColumn) return shape;
  return {
    ...shape,
    input: [1, input[0]],
    output: [1, output[0]],
    window: [1, window[0]],
    strides: [1, strides[0]],
    dilations: [1, dilations[0]],
    padding: [0, padding[0]],
  };
}

/** Bytes of zeros that stand for rows outside the image: a row, where the window reaches there. */
export function zeroRowBytes({
  input,
  output,
  window,
  strides,
  dilations,
  padding,
  channels,
}: DepthwiseShape): number {
  const last = (output[0] - 1) * strides[0] - padding[0] + (window[0] - 1) * dilations[0];
  return padding[0] > 0 || last >= input[0] ? input[1] * channels * floatBytes : 0;
}

/** Bytes of an element of the input. */
export const elementBytes = ({ made }: Pick<DepthwiseKernel, 'made'>): number =>
  made === undefined ? floatBytes : pairBytes;

/** Vectors of channels in each step of the channel loop: full steps, then one for what is left. */
export function channelSteps({ channels, vectors }: Pick<DepthwiseKernel, 'channels' | 'vectors'>): {
  readonly full: number;
  /** Channels that the full steps leave over. */
  readonly rest: number;
} {
  const full = Math.floor(channels / (vectors * lanes));
  return { full, rest: channels - full * vectors * lanes };
}

/** Rows of a panel beside the taps: the bias, and the ratios of integers that become bytes. */
function rowsBesides({ integers }: Pick<DepthwiseKernel, 'integers'>): number {
  return storedBytes(integers) === 1 ? 2 : 1;
}

/** What the packed weights look like. */
export function depthwisePanels({ channels, multiplier, window, vectors }: DepthwiseKernel): DepthwisePanels {
  return { channels, multiplier, taps: window[0] * window[1], step: vectors * lanes };
}

/** Floats of the packed weights. */
export function packedDepthwiseLength(kernel: DepthwiseKernel): number {
  const { channels, multiplier, window } = kernel;
  return Math.ceil(channels / lanes) * lanes * multiplier * (window[0] * window[1] + rowsBesides(kernel));
}
