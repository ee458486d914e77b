import { createTensor, elementCount, type Tensor } from '@sepconv/tensor';
import fc from 'fast-check';
import { singleNodeCase } from '../case.ts';
import { boundTensor, inflation, unitRoundoff } from '../floats.ts';
import {
  createIntegerFiller,
  describeIntegers,
  extremeIntegers,
  type Integers,
  scaleOf,
  uniformIntegers,
} from '../integers.ts';
import { elementwiseClasses, mapClasses } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';

const caseOf = (tensor: Tensor, integers: Integers): ConformanceCase =>
  singleNodeCase('dequantize', {}, [{ tensor }], describeIntegers(integers));

const build = (shape: readonly number[], integers: Integers): ConformanceCase =>
  caseOf(createIntegerFiller(integers).data(shape), integers);

const perChannel = fc
  .tuple(elementwiseClasses.batch!, uniformIntegers)
  .map(([shape, integers]) => caseOf(createIntegerFiller(integers).weight(shape), integers));

/** Sums of 32 bits, more than a float32 holds. */
const sums = fc.tuple(elementwiseClasses.width_prime!, uniformIntegers).map(([shape, integers]) => {
  const { random } = createIntegerFiller(integers);
  const data = Int32Array.from({ length: elementCount(shape) }, () => (random.next() - 0.5) * 2 ** 32);
  return caseOf(createTensor('int32', shape, data, { scale: [0.1], zeroPoint: [0] }), integers);
});

/** Exact on equal inputs; a step more or less is a scale more or less, and both results are rounded. */
export const dequantize: OpConformance<'dequantize'> = {
  classes: {
    ...mapClasses(elementwiseClasses, uniformIntegers, build),
    per_channel: perChannel,
    sums,
    special_values: fc
      .tuple(elementwiseClasses.width_prime!, extremeIntegers)
      .map((drawn) => build(...drawn)),
  },
  bound: ({ inputs, errors, output }) => {
    const scale = scaleOf(inputs[0]!);
    return boundTensor(output.shape, (index) => {
      const steps = errors[0]!.data[index]!;
      const moved = steps * scale;
      return steps === 0
        ? 0
        : (moved + 2 * unitRoundoff * (Math.abs(output.data[index]!) + moved)) * inflation;
    });
  },
};
