import fc from 'fast-check';
import { movedErrors } from '../bounds.ts';
import { inputCase, singleNodeCase } from '../case.ts';
import { describeIntegers, movedIntegers, uniformIntegers } from '../integers.ts';
import { channelClasses, mapClasses, upTo } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { specialValues, type Values, valuesOf } from '../values.ts';

function build(shape: readonly number[], permutation: readonly number[], values: Values): ConformanceCase {
  return inputCase('transpose', { permutation }, shape, values);
}

const values = valuesOf('uniform', 'wide');
const pixels = fc.tuple(upTo(2), upTo(5), upTo(6));

/** Images whose channels go to the front, and back: what an importer of NCHW networks leaves over. */
const toPlanes = mapClasses(channelClasses('c'), fc.tuple(pixels, values), (channels, [image, drawn]) =>
  build([...image, channels], [0, 3, 1, 2], drawn),
);
const fromPlanes = fc
  .tuple(pixels, upTo(40), values)
  .map(([[batch, height, width], channels, drawn]) =>
    build([batch, channels, height, width], [0, 2, 3, 1], drawn),
  );
/** A channel shuffle: `[N, H, W, groups, C / groups]` with the last two swapped. */
const shuffle = fc
  .tuple(pixels, fc.constantFrom(2, 2, 3, 4, 8), upTo(30), values)
  .map(([image, groups, channels, drawn]) => build([...image, groups, channels], [0, 1, 2, 4, 3], drawn));
const keepsLast = fc
  .tuple(pixels, upTo(20), values)
  .map(([image, channels, drawn]) => build([...image, channels], [1, 2, 0, 3], drawn));
const anyOrder = fc
  .array(upTo(6), { maxLength: 5 })
  .chain((shape) =>
    fc.tuple(fc.constant(shape), fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }), values),
  )
  .map((drawn) => build(...drawn));
const special = fc
  .tuple(upTo(9), upTo(9), specialValues)
  .map(([rows, columns, drawn]) => build([rows, columns], [1, 0], drawn));

const anyRank = fc
  .array(upTo(7), { minLength: 1, maxLength: 4 })
  .chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
      uniformIntegers,
    ),
  );
/** Bytes, with a scale for each index of a dimension among them, and int32. */
const integers = anyRank.map(([shape, permutation, drawn]) =>
  singleNodeCase(
    'transpose',
    { permutation },
    [{ tensor: movedIntegers(shape, drawn) }],
    describeIntegers(drawn),
  ),
);

/** Exact. */
export const transpose: OpConformance<'transpose'> = {
  classes: {
    ...toPlanes,
    from_planes: fromPlanes,
    shuffle,
    keeps_last: keepsLast,
    any_order: anyOrder,
    special_values: special,
    integers,
  },
  bound: movedErrors,
};
