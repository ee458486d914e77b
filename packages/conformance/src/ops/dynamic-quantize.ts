import type { AttributesOf } from '@sepconv/graph';
import fc from 'fast-check';
import { singleNodeCase } from '../case.ts';
import { exactBound } from '../integers.ts';
import { elementwiseClasses, mapClasses } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { createFiller, describeValues, specialValues, type Values, valuesOf } from '../values.ts';

type Result = AttributesOf['dynamic-quantize']['result'];

interface Drawn {
  readonly values: Values;
  readonly result: Result;
  /** Added to all numbers, so that all are above 0, all below, or neither. */
  readonly offset: number;
}

function build(shape: readonly number[], { values, result, offset }: Drawn): ConformanceCase {
  const { data, ...rest } = createFiller(values).data(shape);
  const tensor = { ...rest, data: data.map((value) => value + offset) };
  return singleNodeCase('dynamic-quantize', { result }, [{ tensor }], describeValues(values));
}

const drawnOf = (values: fc.Arbitrary<Values>): fc.Arbitrary<Drawn> =>
  fc.record({
    values,
    result: fc.constantFrom<Result>('values', 'scale', 'zero-point'),
    offset: fc.constantFrom(0, 0, 9, -9),
  });

/** Exact: every step is rounded to float32 by definition. */
export const dynamicQuantize: OpConformance<'dynamic-quantize'> = {
  classes: {
    ...mapClasses(elementwiseClasses, drawnOf(valuesOf('around', 'uniform', 'wide', 'tiny')), build),
    special_values: fc
      .tuple(elementwiseClasses.width_prime!, drawnOf(specialValues))
      .map((drawn) => build(...drawn)),
  },
  // Another scale can move every number anywhere.
  bound: (call) => {
    if (call.node.attributes.result !== 'scale') return exactBound(call, () => 255);
    return exactBound(call, ([error = 0]) => (2 * error) / 255, Infinity);
  },
};
