import { elementCount } from '@sepconv/tensor';
import fc from 'fast-check';
import { movedErrors } from '../bounds.ts';
import { inputCase, singleNodeCase } from '../case.ts';
import { createIntegerFiller, describeIntegers, uniformIntegers } from '../integers.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { specialValues, type Values, valuesOf } from '../values.ts';

function build(shape: readonly number[], target: readonly number[], values: Values): ConformanceCase {
  return inputCase('reshape', { shape: target }, shape, values);
}

const values = valuesOf('uniform', 'wide');
const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });

const integers = fc.tuple(shapes, uniformIntegers).map(([shape, drawn]) => {
  const tensor = createIntegerFiller(drawn).data(shape);
  const attributes = { shape: [elementCount(shape)] };
  return singleNodeCase('reshape', attributes, [{ tensor }], describeIntegers(drawn));
});

/** Every class reshapes to something that the input's dimensions can be put together to. */
export const reshape: OpConformance<'reshape'> = {
  classes: {
    to_vector: fc.tuple(shapes, values).map(([shape, drawn]) => build(shape, [elementCount(shape)], drawn)),
    to_image: fc
      .tuple(shapes, values)
      .map(([shape, drawn]) => build(shape, [1, 1, 1, elementCount(shape)], drawn)),
    reversed: fc.tuple(shapes, values).map(([shape, drawn]) => build(shape, shape.toReversed(), drawn)),
    special_values: fc
      .tuple(shapes, specialValues)
      .map(([shape, drawn]) => build(shape, [elementCount(shape)], drawn)),
    integers,
  },
  bound: movedErrors,
};
