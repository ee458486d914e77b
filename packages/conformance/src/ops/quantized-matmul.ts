import { singleNodeCase } from '../case.ts';
import { describeIntegers, requantizedBound, scaleOf } from '../integers.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { type DrawnMatmul, integerMatmulClasses } from './integer-matmul.ts';

function build({ a, b, sizes, optional, integers, filler }: DrawnMatmul): ConformanceCase {
  const { inner, columns } = sizes;
  const operands = [{ tensor: a }, b, ...(optional ? [{ tensor: filler.bias(columns, inner) }] : [])];
  const output = filler.output(scaleOf(a) * scaleOf(b.tensor) * 64 * Math.sqrt(inner));
  const attributes = { output };
  return singleNodeCase('quantized-matmul', attributes, operands, describeIntegers(integers));
}

/** Exact. */
export const quantizedMatmul: OpConformance<'quantized-matmul'> = {
  classes: integerMatmulClasses(build),
  bound: (call) => requantizedBound(call, call.node.attributes.output, call.inputs[0]!.shape.at(-1)!),
};
