/** @file What conv-integer and matmul-integer share, which take bytes with their zero points apart and add up products. */
import type { Tensor } from '@sepconv/tensor';
import type { Operand } from '../case.ts';
import { exactBound, type IntegerFiller } from '../integers.ts';
import type { Bound, BoundCall } from '../types.ts';

type Op = 'conv-integer' | 'matmul-integer';

/** The operands: quantized as they are, or plain bytes `a` with drawn zero points as an operand of their own. */
export function integerOperands(
  filler: IntegerFiller,
  a: Tensor,
  b: Operand,
  isPlain: boolean,
): readonly Operand[] {
  if (!isPlain) return [{ tensor: a }, b];
  const { quantization, ...plain } = a;
  return [{ tensor: plain }, b, { tensor: filler.bytes(plain.dtype as 'int8' | 'uint8', []) }];
}

/** Exact; so many terms move with the errors of what they multiply. */
export const integerSumBound = (call: BoundCall<Op>, terms: number): ReturnType<Bound<Op>> =>
  exactBound(call, ([a = 0, b = 0, zero = 0]) => terms * 255 * (a + b + zero), 2 ** 32);
