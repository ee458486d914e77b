/**
 * @file What a product of bytes reads where the host's relaxed dot product is exact for all of them: four neighbours of a sum in the
 * four bytes of a float. A row is the bytes of a pixel, as that instruction takes its second operand, signed or unsigned.
 * The first one, a weight w, is signed. With zero points z and y:
 *
 *   Σ (x − z)·(w − y) = Σ x·w − y · Σ x − z · Σ (w − y)
 *
 * The last term goes into the bias. Where y is not 0, the sum of x lies in front of the row: times −y where all channels share it, else it is
 * multiplied by each channel's −y.
 */
import type { ByteType } from './integers.js';

/** How rows of bytes are laid. */
export interface ByteRows {
  readonly dtype: ByteType;
  readonly isSigned: boolean;
  /** What lies in front of each row: its sum times a number that all channels share, or its sum. Default: nothing. */
  readonly sums?: 'shared' | 'each';
}

/** The code that copies rows that follow one another. */
export interface ByteRowsCode {
  readonly kind: 'byte-rows';
  readonly rows: ByteRows;
}

/** Bytes of a row's sum, in front of it. */
export const sumBytes = 4;

/** Numbers of a sum that are multiplied at once. */
export const quad = 4;

/** Whether bytes are taken otherwise than they are stored: then their sign bit is flipped, and they are 128 more or less. */
export const isFlipped = ({ dtype, isSigned }: Pick<ByteRows, 'dtype' | 'isSigned'>): boolean =>
  (dtype === 'int8') !== isSigned;

/** The zero point of bytes as the product takes them. */
export function operandZero(rows: Pick<ByteRows, 'dtype' | 'isSigned'>, zero: number): number {
  if (!isFlipped(rows)) return zero;
  return rows.isSigned ? zero - 128 : zero + 128;
}

/** Bytes from one row to the next. */
export const byteRowStride = (length: number, sums: ByteRows['sums']): number =>
  Math.ceil(length / quad) * quad + (sums === undefined ? 0 : sumBytes);
