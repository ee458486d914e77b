import { createTensor } from '@sepconv/tensor';
import fc from 'fast-check';
import { singleNodeCase } from '../case.ts';
import {
  createIntegerFiller,
  describeIntegers,
  exactBound,
  extremeIntegers,
  type Integers,
  uniformIntegers,
} from '../integers.ts';
import { channelClasses, mapClasses, upTo } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';

/** How fast exponentials fall with each step; 0 for a uniform row. */
const slopes = fc.constantFrom(0.02, 0.1, 0.5, 3, 0);

/** Results in steps of 1/256 as a rule, or so small that shares are beyond all bytes. */
function build(shape: readonly number[], slope: number, integers: Integers): ConformanceCase {
  const filler = createIntegerFiller(integers);
  const input = { tensor: filler.data(shape) };
  const entries = Float32Array.from({ length: 256 }, (_, d) => Math.exp(-slope * d));
  const table = { tensor: createTensor('float32', [256], entries), role: 'constant' as const };
  const output = filler.output([1 / 256, 1 / 64, 1e-30, 1e-44][filler.random.integer(4)]!);
  return singleNodeCase('quantized-softmax', { output }, [input, table], describeIntegers(integers));
}

/** Exact; of an input that is off by a step, any share may be the right one. */
export const quantizedSoftmax: OpConformance<'quantized-softmax'> = {
  classes: {
    ...mapClasses(channelClasses('c'), fc.tuple(upTo(3), slopes, uniformIntegers), (size, [rows, ...drawn]) =>
      build([rows, size], ...drawn),
    ),
    classes_1001: fc.tuple(slopes, uniformIntegers).map((drawn) => build([1, 1001], ...drawn)),
    any_rank: fc
      .tuple(fc.array(upTo(4), { minLength: 1, maxLength: 4 }), slopes, uniformIntegers)
      .map((drawn) => build(...drawn)),
    special_values: fc.tuple(slopes, extremeIntegers).map((drawn) => build([2, 7], ...drawn)),
  },
  bound: (call) => exactBound(call, () => 255),
};
