import { singleNodeCase } from '../case.ts';
import { describeIntegers } from '../integers.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { type DrawnMatmul, integerMatmulClasses } from './integer-matmul.ts';
import { integerOperands, integerSumBound } from './plain-integers.ts';

function build({ a, b, optional, integers, filler }: DrawnMatmul): ConformanceCase {
  const operands = integerOperands(filler, a, b, optional);
  return singleNodeCase('matmul-integer', {}, operands, describeIntegers(integers));
}

/** Exact. */
export const matmulInteger: OpConformance<'matmul-integer'> = {
  classes: integerMatmulClasses(build),
  bound: (call) => integerSumBound(call, call.inputs[0]!.shape.at(-1)!),
};
