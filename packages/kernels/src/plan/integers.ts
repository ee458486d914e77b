/** @file What planners of integer ops share: the meaning of bytes, and what a result is stored as. */
import { type StoredAs, storedBounds, type ValueType } from '@sepconv/graph';
import { storedRange } from '@sepconv/tensor';

/** The integers that an op reads and writes, as its code has to know them. */
export type ByteType = 'int8' | 'uint8';

/** The type of an input that the op's contract has found to be bytes. */
export function byteTypeOf({ dtype }: ValueType): ByteType {
  return dtype as ByteType;
}

/** The zero point of a value that is quantized as a whole, or 0. */
export function zeroPointOf({ quantization }: ValueType): number {
  return quantization?.zeroPoint[0] ?? 0;
}

/** The scale of a value that the op's contract has found to have one. */
export function scaleOf({ quantization }: ValueType): number {
  return quantization?.scale[0] as number;
}

/** The prefix of kernels' names by what they store; `qu8` and `qs8` as XNNPACK has them. */
export function prefixOf(dtype: ByteType | 'int32' | 'float32'): string {
  return { float32: 'f32', int32: 's32', int8: 'qs8', uint8: 'qu8' }[dtype];
}

/** Sums that become bytes: `clip(zeroPoint + round(sum · ratio))` in float32, halves to the even integer. */
export interface ByteSums {
  readonly dtype: ByteType;
  readonly zeroPoint: number;
  readonly min: number;
  readonly max: number;
  /** Whether no product can be so large that more than its narrowing to bytes has to clip it. */
  readonly isNear?: true;
}

/** What int32 sums are stored as: as they are, or as bytes. */
export type StoredSums = { readonly dtype: 'int32' } | ByteSums;

/** Bytes of a stored sum of integers, or of floats where there are none. */
export function storedBytes(integers: Pick<StoredSums, 'dtype'> | undefined): number {
  return integers === undefined || integers.dtype === 'int32' ? 4 : 1;
}

/** Sums that become what a node says that its result is. */
export function byteSums(output: StoredAs): ByteSums {
  return { dtype: output.dtype, zeroPoint: output.zeroPoint, ...storedBounds(output) };
}

/** Products of sums and ratios up to this size stay in order when they are rounded in registers, see `emit/store-bytes.ts`. */
const nearProduct = 2 ** 23;

/** As {@link byteSums}, of sums up to this size, whose bounds may be those that bytes have anyway. */
export function boundedByteSums(output: StoredAs, largestSum: number, ratios: readonly number[]): ByteSums {
  const sums = byteSums(output);
  const ends = storedRange(output.dtype);
  const isWhole = sums.min === ends.min && sums.max === ends.max;
  const isNear = isWhole && largestSum * Math.max(...ratios) <= nearProduct;
  return isNear ? { ...sums, isNear } : sums;
}

/** The bits of a number as float32. */
export const float32Bits = (value: number): number =>
  new Int32Array(Float32Array.of(value).buffer)[0] as number;
