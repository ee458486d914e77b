/**
 * @file What the depthwise convolution of integers reads: two rows of the image beside one another, byte by byte, with the border
 * of zero points that a window needs. They are made while it runs, for a unit's rows in scratch; rows that the next unit needs
 * too are kept. Whoever reads them widens them to 16 bits: bytes are half as many to write and to read, and widening is a
 * part of the load.
 */
import { readableSlack } from '../program/placement.js';
import type { ByteType } from './integers.js';

/** Bytes of an element: a byte of each row. */
export const pairBytes = 2;

/**
 * Pairs of rows of an image: row i of them are the image's row `i · step − top` and the one `distance` below it, zero
 * points where there is none.
 */
export interface PairedImage {
  readonly dtype: ByteType;
  /** The zero point; `'operand'` where it is a byte in memory. */
  readonly zero: number | 'operand';
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Columns of zero points. */
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
  /** How often each channel stands there, where that is written out; 0 for more. */
  readonly repeat: number;
}

/** Multipliers whose copies are shuffled a vector at a time. */
const mostWrittenOut = 8;

/** The code for a kernel's pairs. */
export function codeOfPairs({ repeat }: PairedImage): RowPairsCode {
  return { kind: 'row-pairs', repeat: repeat <= mostWrittenOut ? repeat : 0 };
}

/** Vectors of a row's bytes that are taken at a time. */
export const vectorsOf = (repeat: number): number => (repeat === 1 ? 2 : 1);

/** Bytes behind the last row that are written too: some vectors of bytes and all their copies at a time. */
export const pairsSlack = ({ repeat }: PairedImage): number =>
  readableSlack + 16 * vectorsOf(repeat) * pairBytes * Math.min(repeat, mostWrittenOut);

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
const pixelBytes = ({ channels, repeat }: PairedImage): number => channels * repeat * pairBytes;

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
