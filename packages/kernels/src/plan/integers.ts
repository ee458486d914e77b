/** @file What planners of integer ops share: the meaning of bytes, and what a result is stored as. */
import {
  type FixedPoint,
  type Requantize,
  requantization,
  requantizationRatios,
  type StoredAs,
  storedBounds,
  type ValueType,
} from '@sepconv/graph';
import { constantOperand } from './operands.js';
import type { Operand } from './step.js';

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

/** The prefix of kernels' names: `qu8` and `qs8`, as XNNPACK has them. */
export function prefixOf(dtype: ByteType): string {
  return dtype === 'int8' ? 'qs8' : 'qu8';
}

/** int32 sums that are requantized to bytes. */
export interface ByteSums {
  readonly kind: 'bytes';
  readonly zeroPoint: number;
  readonly min: number;
  readonly max: number;
  readonly requantize: Requantize;
  /** Factors in the table: 1 for all sums, or one for each output channel. */
  readonly factors: number;
}

/** How int32 sums are stored: as they are, or requantized to bytes. */
export type SumResult = { readonly kind: 'int32' } | ByteSums;

/** Bytes of a factor in the table: multiplier, half of the divisor, shift, each of 64 bits; or one float32. */
export const factorBytes: { readonly [How in Requantize]: number } = { 'fixed-point': 24, float32: 4 };

/** The result of sums that are requantized. */
export function bytesResult(
  output: StoredAs,
  factors: number,
  requantize: Requantize = 'fixed-point',
): ByteSums {
  return { kind: 'bytes', zeroPoint: output.zeroPoint, ...storedBounds(output), requantize, factors };
}

/** The table of factors; the code loads them channel by channel. */
function factorTable(factors: readonly FixedPoint[]): Operand {
  const numbers = factors.flatMap(({ multiplier, shift }) => [
    BigInt(multiplier),
    1n << BigInt(shift - 1),
    BigInt(shift),
  ]);
  return constantOperand(BigInt64Array.from(numbers));
}

/** Result and factors of sums of products of an input with a weight. */
export function requantized(
  input: ValueType,
  weight: Pick<ValueType, 'quantization'>,
  output: StoredAs,
  requantize: Requantize = 'fixed-point',
): { readonly result: ByteSums; readonly table: Operand } {
  const scales = [scaleOf(input), weight.quantization?.scale ?? [], output.scale] as const;
  if (requantize === 'float32') {
    const ratios = requantizationRatios(...scales);
    const table = constantOperand(Float32Array.from(ratios));
    return { result: bytesResult(output, ratios.length, requantize), table };
  }
  const factors = requantization(...scales);
  return { result: bytesResult(output, factors.length), table: factorTable(factors) };
}
