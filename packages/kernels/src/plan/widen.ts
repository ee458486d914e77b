/**
 * @file Planning of what an integer product reads: its input as 16-bit differences from the zero point, with the border of
 * zeros that a window needs. A product of two 16-bit integers is what vectors multiply; and with the border in place the
 * code of the product knows no padding.
 */
import type { Padding } from '@sepconv/graph';
import { type ByteType, prefixOf } from './integers.js';

/** Bytes to 16-bit differences `in − zero`. A unit of work is a row of the result. */
export interface WidenKernel {
  readonly kind: 'widen';
  readonly name: string;
  readonly dtype: ByteType;
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly padding: Padding;
  /** How often each channel stands in the result, one after the other: a depthwise convolution's multiplier. */
  readonly repeat: number;
  /** The zero point; `'operand'` where it is a byte in memory. */
  readonly zero: number | 'operand';
}

/** Bytes of a difference. */
export const wideBytes = 2;

/** The kernel that widens an image. */
export function planWiden(shape: Omit<WidenKernel, 'kind' | 'name'>): WidenKernel {
  return { kind: 'widen', name: `${prefixOf(shape.dtype)}_widen__simd128`, ...shape };
}

/** Height and width of the result. */
export function widenedExtent({ height, width, padding }: WidenKernel): [height: number, width: number] {
  return [height + padding.top + padding.bottom, width + padding.left + padding.right];
}

/** Rows of the result. */
export function widenUnits(kernel: WidenKernel): number {
  return kernel.batch * widenedExtent(kernel)[0];
}

/** Bytes of the result. */
export function widenedBytes(kernel: WidenKernel): number {
  const [height, width] = widenedExtent(kernel);
  return kernel.batch * height * width * kernel.channels * kernel.repeat * wideBytes;
}
