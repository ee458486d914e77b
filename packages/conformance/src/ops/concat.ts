import fc from 'fast-check';
import { movedErrors } from '../bounds.ts';
import { singleNodeCase } from '../case.ts';
import { bytesLike, createIntegerFiller, describeIntegers, uniformIntegers } from '../integers.ts';
import { channelClasses, mapClasses, upTo } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { createFiller, describeValues, specialValues, type Values, valuesOf } from '../values.ts';

function build(
  shape: readonly number[],
  axis: number,
  extents: readonly number[],
  values: Values,
): ConformanceCase {
  const filler = createFiller(values);
  const operands = extents.map((extent) => ({
    tensor: filler.data(shape.map((size, d) => (d === axis ? extent : size))),
  }));
  return singleNodeCase('concat', { axis }, operands, describeValues(values));
}

const values = valuesOf('uniform', 'wide');
const pixels = fc.tuple(upTo(3), upTo(4), upTo(5));

const byChannels = mapClasses(channelClasses('c'), fc.tuple(pixels, upTo(20), values), (first, drawn) =>
  build([...drawn[0], 1], 3, [first, drawn[1]], drawn[2]),
);
const several = fc
  .tuple(pixels, fc.array(upTo(9), { minLength: 3, maxLength: 5 }), values)
  .map(([image, extents, drawn]) => build([...image, 1], 3, extents, drawn));
const single = fc
  .tuple(pixels, upTo(9), values)
  .map(([image, channels, drawn]) => build([...image, 1], 3, [channels], drawn));
const anyAxis = fc
  .tuple(
    fc.array(upTo(4), { minLength: 1, maxLength: 4 }),
    fc.nat(3),
    fc.array(upTo(4), { minLength: 2, maxLength: 3 }),
    values,
  )
  .map(([shape, axis, extents, drawn]) => build(shape, axis % shape.length, extents, drawn));
const special = fc
  .tuple(pixels, upTo(9), upTo(9), specialValues)
  .map(([image, a, b, drawn]) => build([...image, 1], 3, [a, b], drawn));

/** Stored integers with one meaning. */
const integers = fc
  .tuple(pixels, fc.array(upTo(19), { minLength: 2, maxLength: 3 }), uniformIntegers)
  .map(([image, extents, drawn]) => {
    const filler = createIntegerFiller(drawn);
    const first = filler.data([...image, extents[0]!]);
    const others = extents.slice(1).map((extent) => bytesLike(filler, first, [...image, extent]));
    const operands = [first, ...others].map((tensor) => ({ tensor }));
    return singleNodeCase('concat', { axis: 3 }, operands, describeIntegers(drawn));
  });

/** Exact. */
export const concat: OpConformance<'concat'> = {
  classes: { ...byChannels, several, single, any_axis: anyAxis, special_values: special, integers },
  bound: movedErrors,
};
