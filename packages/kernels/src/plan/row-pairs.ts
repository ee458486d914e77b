/**
 * @file What the depthwise convolution of integers reads: two rows of the image beside one another, element by element, as 16-bit
 * differences from the zero point, with the border of zeros that a window needs. They are made while it runs, for a unit's
 * rows in scratch; rows that the next unit needs too are kept.
 */
import { readableSlack } from '../program/placement.js';
import type { ByteType } from './integers.js';
import { wideBytes } from './widened.js';

/**
 * Pairs of rows of an image: row i of them are the image's row `i · step − top` and the one `distance` below it, zeros where
 * there is none.
 */
export interface PairedImage {
  readonly dtype: ByteType;
  /** The zero point; `'operand'` where it is a byte in memory. */
  readonly zero: number | 'operand';
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Columns of zeros. */
  readonly left: number;
  readonly right: number;
  /** How often each channel stands in the result, one after the other: a depthwise convolution's multiplier. */
  readonly repeat: number;
  readonly rows: number;
  readonly top: number;
  readonly step: number;
  readonly distance: number;
}

/** Pairs of rows, made for so many output rows at a time. */
export interface RowPairs extends PairedImage {
  readonly unitRows: number;
}

/** The code that makes pairs of rows. */
export interface RowPairsCode {
  readonly kind: 'row-pairs';
  readonly dtype: ByteType;
  /** How often each channel stands there, where that is written out; 0 for more. */
  readonly repeat: number;
}

/** Multipliers whose copies are shuffled a vector at a time. */
const mostWrittenOut = 8;

/** The code for a kernel's pairs. */
export function codeOfPairs({ dtype, repeat }: PairedImage): RowPairsCode {
  return { kind: 'row-pairs', dtype, repeat: repeat <= mostWrittenOut ? repeat : 0 };
}

/** Bytes behind the last row that are written too: eight numbers and all their copies at a time. */
export const pairsSlack = ({ repeat }: PairedImage): number =>
  readableSlack + 8 * 2 * wideBytes * Math.min(repeat, mostWrittenOut);

/** The numbers that it is given, in this order. */
export const pairNumbers = [
  'rows',
  'step',
  'top',
  'distance',
  'height',
  'rowLength',
  'left',
  'right',
  'repeat',
] as const;

/** Bytes of a pixel of the pairs. */
const pixelBytes = ({ channels, repeat }: PairedImage): number => 2 * channels * repeat * wideBytes;

/** Columns of the pairs. */
export const pairColumns = ({ left, width, right }: PairedImage): number => left + width + right;

/** Bytes of a row of the pairs. */
export const pairRowBytes = (pairs: PairedImage): number => pairColumns(pairs) * pixelBytes(pairs);

/** The numbers of a kernel's pairs; borders in bytes. */
export function numbersOfPairs(pairs: PairedImage): readonly number[] {
  const { rows, step, top, distance, height, width, channels, left, right, repeat } = pairs;
  const borders = [left, right].map((columns) => columns * pixelBytes(pairs));
  return [rows, step, top, distance, height, width * channels, ...borders, repeat];
}
