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
import { elementwiseClasses, mapClasses } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';

/** A table that is a parameter, or is computed; for all channels, or for each. */
function build(shape: readonly number[], integers: Integers): ConformanceCase {
  const filler = createIntegerFiller(integers);
  const rows = filler.random.integer(2) === 0 ? [256] : [shape.at(-1) ?? 1, 256];
  const inputs = [{ tensor: filler.weight(shape) }, { tensor: filler.data(rows) }] as const;
  const table = filler.random.integer(4) === 0 ? inputs[1] : { ...inputs[1], role: 'constant' as const };
  return singleNodeCase('lookup', {}, [inputs[0], table], describeIntegers(integers));
}

/** Exact; of an input that is off by a step, any entry of the table may be the right one. */
export const lookup: OpConformance<'lookup'> = {
  classes: {
    ...mapClasses(elementwiseClasses, uniformIntegers, build),
    special_values: fc
      .tuple(elementwiseClasses.width_prime!, extremeIntegers)
      .map((drawn) => build(...drawn)),
  },
  bound: (call) => exactBound(call, () => 255),
};
