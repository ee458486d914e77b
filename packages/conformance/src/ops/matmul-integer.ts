import { singleNodeCase } from '../case.js';
import { describeIntegers } from '../integers.js';
import type { ConformanceCase, OpConformance } from '../types.js';
import { type DrawnMatmul, integerMatmulClasses } from './integer-matmul.js';
import { integerOperands, integerSumBound } from './plain-integers.js';

function build({ a, b, optional, integers, filler }: DrawnMatmul): ConformanceCase {
  const operands = integerOperands(filler, a, b, optional);
  return singleNodeCase('matmul-integer', {}, operands, describeIntegers(integers));
}

/** Exact. */
export const matmulInteger: OpConformance<'matmul-integer'> = {
  classes: integerMatmulClasses(build),
  bound: (call) => integerSumBound(call, call.inputs[0]!.shape.at(-1)!),
};
