import { singleNodeCase } from '../case.js';
import { describeIntegers, exactBound } from '../integers.js';
import type { ConformanceCase, OpConformance } from '../types.js';
import { type DrawnMatmul, integerMatmulClasses } from './integer-matmul.js';

function build({
  a: { quantization, ...plain },
  b,
  optional,
  integers,
  filler,
}: DrawnMatmul): ConformanceCase {
  const a = optional ? plain : { ...plain, quantization: quantization! };
  const zero = optional ? [{ tensor: filler.bytes(plain.dtype as 'int8' | 'uint8', []) }] : [];
  return singleNodeCase('matmul-integer', {}, [{ tensor: a }, b, ...zero], describeIntegers(integers));
}

/** Exact. */
export const matmulInteger: OpConformance<'matmul-integer'> = {
  classes: integerMatmulClasses(build),
  bound: (call) => {
    const terms = call.inputs[0]!.shape.at(-1)!;
    return exactBound(call, ([a = 0, b = 0, zero = 0]) => terms * 255 * (a + b + zero), 2 ** 32);
  },
};
