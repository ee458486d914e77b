/**
 * @file What the matrix product of integers reads: 16-bit differences from the zero point. They are made while it runs, in
 * scratch and so in the cache: the rows of a unit's pixels, and panel by panel the weights, so that memory holds bytes only.
 */
import type { Padding } from '@sepconv/graph';
import type { ByteRows } from './byte-rows.js';
import type { ByteType } from './integers.js';

/** Bytes of a difference. */
export const wideBytes = 2;

/** Where the numbers of a pixel's row lie in an image: for each row of its window some runs of neighbouring columns. */
export interface RowWindow {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly output: readonly [height: number, width: number];
  readonly window: readonly [height: number, width: number];
  readonly strides: readonly [height: number, width: number];
  readonly dilations: readonly [height: number, width: number];
  readonly padding: Padding;
}

/** Rows of a product, of pairs or else of bytes; without a window they are the input's bytes as they follow one another. */
export interface WidenedRows {
  readonly dtype: ByteType;
  /** The zero point; `'operand'` where it is a byte in memory. */
  readonly zero: number | 'operand';
  readonly window?: RowWindow;
  /** Where products are of bytes, and what their rows' sums are multiplied by where all channels share it. */
  readonly bytes?: ByteRows;
  readonly sumFactor?: number;
}

/** Weights of one byte, and the zero point that all of them share. */
export interface WidenedPanels {
  readonly dtype: ByteType;
  readonly zero: number;
}

/** What of a product of integers is widened while it runs; weights that have no zero point in common are packed as they are read. */
export interface Widened {
  readonly rows: WidenedRows;
  readonly panels?: WidenedPanels;
}

/** The code of widening bytes that follow one another. */
export interface WidenRunCode {
  readonly kind: 'widen-run';
  readonly dtype: ByteType;
}

/** The code of widening the windows of pixels. */
export interface WidenWindowCode {
  readonly kind: 'widen-window';
  readonly dtype: ByteType;
  readonly bytes?: ByteRows;
  /** Vectors that a row of the window becomes, where its columns lie side by side and these are few; 0 where they are counted. */
  readonly rowVectors: number;
}

/** Vectors of a window's row that are written out. */
const mostRowVectors = 4;

/** {@link WidenWindowCode.rowVectors} of a window whose numbers become so many bytes each. */
export function rowVectorsOf({ channels, window, dilations }: RowWindow, elementBytes: number): number {
  const vectors = Math.ceil((window[1] * channels * elementBytes) / 16);
  return dilations[1] === 1 && vectors <= mostRowVectors ? vectors : 0;
}

/** The numbers that the code of windows is given, in this order. */
export const windowNumbers = [
  'height',
  'width',
  'channels',
  'outputHeight',
  'outputWidth',
  'strideY',
  'strideX',
  'dilationY',
  'top',
  'left',
  'windowRows',
  /** Runs of a row of the window, columns of a run, and from one run to the next. */
  'runs',
  'runColumns',
  'runStride',
] as const;

/** The numbers of a window: columns lie side by side unless dilation parts them. */
export function numbersOfWindow(image: RowWindow): readonly number[] {
  const { height, width, channels, output, window, strides, dilations, padding } = image;
  const runs = dilations[1] === 1 ? [1, window[1], 0] : [window[1], 1, dilations[1]];
  const place = [...strides, dilations[0], padding.top, padding.left];
  return [height, width, channels, ...output, ...place, window[0], ...runs];
}
