import fc from 'fast-check';
import { singleNodeCase } from '../case.ts';
import { boundTensor } from '../floats.ts';
import {
  createIntegerFiller,
  describeIntegers,
  extremeIntegers,
  type Integers,
  uniformIntegers,
} from '../integers.ts';
import { elementwiseClasses, mapClasses } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';

/** Integers that mean something and are given the meaning of others, per channel among them. */
function build(shape: readonly number[], integers: Integers): ConformanceCase {
  const filler = createIntegerFiller(integers);
  const meaning = filler.weight(shape);
  const { dtype, quantization } = meaning;
  const plain = filler.bytes(dtype as 'int8' | 'uint8', shape);
  const tensor =
    filler.random.integer(2) === 0 ? plain : { ...plain, quantization: { scale: [1], zeroPoint: [0] } };
  return singleNodeCase(
    'reinterpret',
    { quantization: quantization! },
    [{ tensor }],
    describeIntegers(integers),
  );
}

/** Exact; a step stays a step. */
export const reinterpret: OpConformance<'reinterpret'> = {
  classes: {
    ...mapClasses(elementwiseClasses, uniformIntegers, build),
    special_values: fc
      .tuple(elementwiseClasses.width_prime!, extremeIntegers)
      .map((drawn) => build(...drawn)),
  },
  bound: ({ errors, output }) => boundTensor(output.shape, (index) => errors[0]!.data[index]!),
};
