import fc from 'fast-check';
import { movedErrors } from '../bounds.ts';
import { inputCase, singleNodeCase } from '../case.ts';
import { createIntegerFiller, describeIntegers, uniformIntegers } from '../integers.ts';
import { upTo } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { specialValues, type Values, valuesOf } from '../values.ts';

function build(shape: readonly number[], values: Values): ConformanceCase {
  return inputCase('flatten', {}, shape, values);
}

const values = valuesOf('uniform', 'wide');
const images = fc.tuple(upTo(3), upTo(4), upTo(5), upTo(9));

const integers = fc.tuple(images, uniformIntegers).map(([shape, drawn]) => {
  const tensor = createIntegerFiller(drawn).data(shape);
  return singleNodeCase('flatten', {}, [{ tensor }], describeIntegers(drawn));
});

/** Exact. */
export const flatten: OpConformance<'flatten'> = {
  classes: {
    image: fc.tuple(images, values).map((drawn) => build(...drawn)),
    image_1x1: fc.tuple(upTo(3), upTo(40), values).map(([n, c, drawn]) => build([n, 1, 1, c], drawn)),
    rows: fc.tuple(upTo(3), upTo(40), values).map(([n, c, drawn]) => build([n, c], drawn)),
    vector: fc.tuple(upTo(9), values).map(([n, drawn]) => build([n], drawn)),
    special_values: fc.tuple(images, specialValues).map((drawn) => build(...drawn)),
    integers,
  },
  bound: movedErrors,
};
