import fc from 'fast-check';
import { inputCase } from '../case.ts';
import { boundTensor, type FloatTensor } from '../floats.ts';
import { upTo } from '../shapes.ts';
import type { BoundCall, ConformanceCase, OpConformance } from '../types.ts';
import { specialValues, type Values, valuesOf } from '../values.ts';

const drawn = (values: fc.Arbitrary<Values>): fc.Arbitrary<ConformanceCase> =>
  fc
    .tuple(fc.array(upTo(4), { maxLength: 2 }), upTo(19), fc.nat(18), values)
    .map(([rows, size, most, chosen]) =>
      inputCase('top-k', { count: 1 + (most % size) }, [...rows, size], chosen),
    );

/** Exact; where numbers err, any position may change places with any other. */
function positionErrors({ inputs, errors, output }: BoundCall<'top-k'>): FloatTensor {
  const isExact = errors[0]!.data.every((error) => error === 0);
  return boundTensor(output.shape, () => (isExact ? 0 : inputs[0]!.shape.at(-1)!));
}

/** What conformance means for positions of the largest numbers. */
export const topK: OpConformance<'top-k'> = {
  classes: {
    different: drawn(valuesOf('uniform', 'wide')),
    equal_ones: drawn(valuesOf('integers')),
    special_values: drawn(specialValues),
  },
  bound: positionErrors,
};
