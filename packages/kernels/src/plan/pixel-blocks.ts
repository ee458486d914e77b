/** @file How the output rows of a depthwise convolution are cut into blocks of pixels. */
import type { HeightWidth } from '@sepconv/graph';
import { balanced } from './sizes.js';

/** What the blocks depend on, of a depthwise convolution. */
interface Blocked {
  readonly input: HeightWidth;
  readonly output: HeightWidth;
  readonly window: HeightWidth;
  readonly strides: HeightWidth;
  readonly dilations: HeightWidth;
  readonly padding: readonly [top: number, left: number];
  /** Pixels of a block, at most. */
  readonly pixels: number;
}

/** A block of output pixels. `first` is its first one; in the loop over inner blocks that is any of them. */
export interface PixelBlock {
  readonly first: number;
  readonly pixels: number;
  /** How many equal blocks follow one another, as a loop. */
  readonly repeats: number;
}

/** Whether all taps of output column `x` lie inside the image. */
function isInside({ strides, dilations, padding, window, input }: Blocked, x: number): boolean {
  const first = x * strides[1] - padding[1];
  return first >= 0 && first + (window[1] - 1) * dilations[1] < input[1];
}

/** The output columns whose taps all lie inside the image, which are neighbours: from `first` to before `end`. */
export function insideColumns({ strides, dilations, padding, window, input, output }: Blocked): {
  readonly first: number;
  readonly end: number;
} {
  const first = Math.min(output[1], Math.ceil(padding[1] / strides[1]));
  const lastStart = input[1] - 1 - (window[1] - 1) * dilations[1] + padding[1];
  return { first, end: Math.max(first, Math.min(output[1], Math.floor(lastStart / strides[1]) + 1)) };
}

/** The blocks of an output row in order; equal neighbours that see no border are one entry. */
export function pixelBlocks(kernel: Blocked): PixelBlock[] {
  const { groups, size, larger } = balanced(kernel.output[1], kernel.pixels);
  const blocks: PixelBlock[] = [];
  let first = 0;
  for (let block = 0; block < groups; block++) {
    const pixels = block < larger ? size + 1 : size;
    const isInner = isInside(kernel, first) && isInside(kernel, first + pixels - 1);
    const last = blocks.at(-1);
    if (
      isInner &&
      last?.pixels === pixels &&
      isInside(kernel, last.first) &&
      isInside(kernel, last.first + pixels - 1)
    ) {
      blocks[blocks.length - 1] = { ...last, repeats: last.repeats + 1 };
    } else {
      blocks.push({ first, pixels, repeats: 1 });
    }
    first += pixels;
  }
  return blocks;
}

/** The first column that a block reads, relative to its window's first: not 0 where that one lies left of the image. */
export function firstLoadedColumn({ strides, padding }: Blocked, block: PixelBlock): number {
  return Math.max(0, padding[1] - block.first * strides[1]);
}

/** Where a column of a block's window lies: `undefined` outside the image, or its distance from the first loaded one. */
export function columnPlace(kernel: Blocked, block: PixelBlock, column: number): number | undefined {
  const { strides, padding, input } = kernel;
  const inImage = block.first * strides[1] - padding[1] + column;
  // The blocks of a loop see no border, wherever the one stands that stands for them.
  if (block.repeats === 1 && (inImage < 0 || inImage >= input[1])) return undefined;
  return column - firstLoadedColumn(kernel, block);
}
