/** @file How a depthwise convolution cuts its work into blocks: what is usual, what else there is, and what was chosen. */
import type { HeightWidth } from '@sepconv/graph';
import { type DepthwiseBlock, distinctBlocks } from './choices.js';
import { canBeStaged, isAliased, usualStrip } from './depthwise-staging.js';
import type { Engine } from './engine.js';
import { usualLimits } from './machine.js';
import { floatBytes, lanes } from './sizes.js';

/** What blocks depend on, of a depthwise convolution. */
interface Shape {
  readonly batch: number;
  readonly input: HeightWidth;
  readonly output: HeightWidth;
  readonly channels: number;
  readonly multiplier: number;
  readonly window: HeightWidth;
  readonly strides: HeightWidth;
  readonly dilations: HeightWidth;
  readonly integers?: object;
}

/**
 * Sums that grow side by side. A processor starts two multiply-adds in every cycle and has their results four cycles
 * later. With few taps the next step's sums fill the gaps; with many, fewer than eight chains leave it waiting.
 */
const chains = 8;

/** The same with a channel multiplier, whose sums share their input columns and leave registers free. */
const multipliedChains = 10;

/** Taps from which on a sum's own chain is what one waits for. */
const manyTaps = 36;

/**
 * Output rows that are cut into few blocks: each block has code of its own there, and weights are read for each. With a stride
 * a block of eight pixels reads seventeen columns, which pays only where it is the whole row, or where each counts three times.
 */
const shortRow = 16;

/** Pixels of a block that reads its columns from scratch, at most. */
const stagedPixels = 7;

/** Rows of a tall window whose blocks share nearly all input rows. */
const tallRows = 4;

/** Output rows that may be computed twice, as a part of all, because blocks of rows overlap at an image's end. */
const mostRepeated = { tall: 0.15, square: 0.06 };

/** At most `most` rows for a block, few enough that an image of this height does not repeat more than a part of them. */
function rowsOfBlock(height: number, most: number, repeated: number): number {
  let rows = Math.min(most, height);
  while (Math.ceil(height / rows) * rows > (1 + repeated) * height) rows--;
  return rows;
}

/** The block that is best in most places. All of it is measured; bench/NOTES.md has the figures. */
function usualBlock(engine: Engine, shape: Shape): DepthwiseBlock {
  const { window, strides, dilations, multiplier, channels, input, output, integers } = shape;
  const [height, width] = output;
  const isWide = engine.vectorsPerRegister > 1;
  const { longRow, hasAliases } = engine.limits ?? usualLimits;
  const isStaged = hasAliases && isAliased(shape);
  const most = (pixels: number, registers: number, rows = 1): DepthwiseBlock => ({
    pixels,
    vectors: registers * engine.vectorsPerRegister,
    rows,
    strip: isStaged ? usualStrip(shape) : 0,
  });
  if (integers !== undefined) return most(4, 2);
  if (multiplier > 1) return most(Math.max(1, Math.min(4, Math.floor(multipliedChains / multiplier))), 1);
  const sharesRows = dilations[0] === 1 && strides[0] < window[0];
  if (sharesRows && window[1] === 1) return most(2, 1, rowsOfBlock(height, tallRows, mostRepeated.tall));
  const taps = window[0] * window[1];
  if (taps >= manyTaps) return most(4, 2);
  if (isStaged) {
    const block = most(Math.ceil(width / Math.ceil(width / stagedPixels)), 1);
    if (canBeStaged(shape, block.strip, block.vectors)) return block;
    // Whole cache lines at once, before others take their places.
    return taps > 9 ? most(4, 2) : most(3, 8 / engine.vectorsPerRegister);
  }
  // A long row comes from the second-level cache for each output row that it counts for, and wide registers wait for it.
  const isLong = input[1] * channels * floatBytes >= longRow;
  if (isWide && isLong && sharesRows && strides[0] === 1 && window[1] <= 3) {
    const rows = rowsOfBlock(height, 2, mostRepeated.square);
    if (rows > 1) return most(4, 1, rows);
  }
  const longest = strides[1] === 1 ? shortRow : window[1] > 3 ? width : chains;
  if (width > longest) return most(4, 1);
  return most(Math.ceil(width / Math.ceil(width / chains)), 1);
}

/** Within what the shape has. */
function fitted(shape: Shape, { pixels, vectors, rows, strip }: DepthwiseBlock): DepthwiseBlock {
  return {
    pixels: Math.min(pixels, shape.output[1]),
    vectors: Math.min(vectors, Math.ceil(shape.channels / lanes)),
    // A channel multiplier has sums for one row, and a ring of staged rows serves one.
    rows: shape.multiplier > 1 ? 1 : Math.min(rows, shape.output[0]),
    strip: canBeStaged(shape, strip, vectors) ? strip : 0,
  };
}

/** What names a convolution among choices: all that its speed depends on. */
export function depthwiseKey(shape: Shape): string {
  const { batch, input, output, channels, multiplier, window, strides, dilations } = shape;
  return [
    [batch, ...input, channels * multiplier].join('x'),
    `to ${output.join('x')}`,
    `window ${window.join('x')}`,
    `strides ${strides.join('x')}`,
    `dilations ${dilations.join('x')}`,
    `multiplier ${multiplier}`,
  ].join(', ');
}

/** The block of a convolution on an engine: the one that was chosen for it, or the usual one. */
export function chosenBlock(engine: Engine, shape: Shape): DepthwiseBlock {
  const chosen = shape.integers === undefined ? engine.choices?.depthwise[depthwiseKey(shape)] : undefined;
  return fitted(shape, chosen ?? usualBlock(engine, shape));
}

/** Pixels, registers of channels and rows that are worth a trial, the likeliest first. */
const trials = [
  { pixels: 4, registers: 1, rows: 1 },
  { pixels: 7, registers: 1, rows: 1 },
  { pixels: 4, registers: 2, rows: 1 },
  { pixels: 4, registers: 1, rows: 2 },
  { pixels: 8, registers: 1, rows: 1 },
  { pixels: 3, registers: 4, rows: 1 },
  { pixels: 3, registers: 2, rows: 2 },
  { pixels: 2, registers: 4, rows: 1 },
];

/** The blocks that tuning tries for a convolution, the usual one first; none where there is nothing to try. */
export function depthwiseCandidates(engine: Engine, shape: Shape): DepthwiseBlock[] {
  if (shape.integers !== undefined || shape.multiplier > 1) return [];
  const tried = trials.map(({ pixels, registers, rows }) => ({
    pixels,
    vectors: registers * engine.vectorsPerRegister,
    rows,
    strip: 0,
  }));
  const staged = [64, 128].flatMap((strip) =>
    [stagedPixels, 4].map((pixels) => ({ pixels, vectors: engine.vectorsPerRegister, rows: 1, strip })),
  );
  const likely = isAliased(shape) ? [...staged, ...tried] : [...tried, ...staged];
  const { limits, ...unmeasured } = engine;
  const all = [usualBlock(engine, shape), usualBlock(unmeasured, shape), ...likely];
  return distinctBlocks(all.map((block) => fitted(shape, block)));
}
