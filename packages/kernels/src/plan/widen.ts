/**
 * @file Planning of what an integer product reads: its input as 16-bit differences from the zero point, with the border of
 * zeros that a window needs. A product of two pairs of 16-bit integers is what vectors multiply and add.
 */
import type { Padding } from '@sepconv/graph';
import { type ByteType, prefixOf } from './integers.js';

/**
 * How two rows of an image come to lie beside one another, element by element: row i of the result are the image's row
 * `i · step − padding.top` and the one `distance` below it.
 */
export interface RowPairs {
  readonly rows: number;
  readonly step: number;
  readonly distance: number;
}

/** Bytes to 16-bit differences `in − zero`. A unit of work is a row of the result. */
export interface WidenKernel {
  readonly kind: 'widen';
  readonly name: string;
  readonly dtype: ByteType;
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** The border; of pairs the bottom one follows from their rows. */
  readonly padding: Padding;
  /** How often each channel stands in the result, one after the other: a depthwise convolution's multiplier. */
  readonly repeat: number;
  /** The zero point; `'operand'` where it is a byte in memory. */
  readonly zero: number | 'operand';
  /** Default: rows as they are. */
  readonly pairs?: RowPairs;
}

/** Bytes of a difference. */
export const wideBytes = 2;

/** The kernel that widens an image. */
export function planWiden(shape: Omit<WidenKernel, 'kind' | 'name'>): WidenKernel {
  const name = `${prefixOf(shape.dtype)}_widen${shape.pairs ? '-pairs' : ''}__simd128`;
  return { kind: 'widen', name, ...shape };
}

/** Height and width of the result. */
export function widenedExtent({
  height,
  width,
  padding,
  pairs,
}: WidenKernel): [height: number, width: number] {
  const rows = pairs?.rows ?? height + padding.top + padding.bottom;
  return [rows, width + padding.left + padding.right];
}

/** Rows of the result. */
export function widenUnits(kernel: WidenKernel): number {
  return kernel.batch * widenedExtent(kernel)[0];
}

/** Bytes of a pixel of the result. */
export function widenedPixelBytes({ channels, repeat, pairs }: WidenKernel): number {
  return channels * repeat * wideBytes * (pairs === undefined ? 1 : 2);
}

/** Bytes of the result. */
export function widenedBytes(kernel: WidenKernel): number {
  const [height, width] = widenedExtent(kernel);
  return kernel.batch * height * width * widenedPixelBytes(kernel);
}
