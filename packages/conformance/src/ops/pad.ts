import fc from 'fast-check';
import { inputCase, singleNodeCase } from '../case.ts';
import { createIntegerFiller, describeIntegers, uniformIntegers } from '../integers.ts';
import { channelClasses, mapClasses, upTo } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { specialValues, type Values, valuesOf } from '../values.ts';

interface Border {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly value: number;
}

function build(shape: readonly number[], { before, after, value }: Border, values: Values): ConformanceCase {
  const rank = shape.length;
  const attributes = { before: before.slice(0, rank), after: after.slice(0, rank), value };
  return inputCase('pad', attributes, shape, values);
}

const values = valuesOf('uniform', 'wide');
const value = fc.constantFrom(0, 1.5, -3);
const side = fc.nat(3);
const none = fc.constant(0);
const around = (...sides: readonly fc.Arbitrary<number>[]): fc.Arbitrary<Border> =>
  fc.record({ before: fc.tuple(...sides), after: fc.tuple(...sides), value });

const imageBorder = around(none, side, side, none);
const pixels = fc.tuple(upTo(2), upTo(4), upTo(5));

const byChannels = mapClasses(channelClasses('c'), fc.tuple(pixels, imageBorder, values), (channels, drawn) =>
  build([...drawn[0], channels], drawn[1], drawn[2]),
);
const channels = fc
  .tuple(pixels, upTo(9), around(side, none, none, side), values)
  .map(([image, count, border, drawn]) => build([...image, count], border, drawn));
const nothing = fc
  .tuple(pixels, upTo(9), around(none, none, none, none), values)
  .map(([image, count, border, drawn]) => build([...image, count], border, drawn));
const anyRank = fc
  .tuple(fc.array(upTo(4), { minLength: 1, maxLength: 4 }), around(side, side, side, side), values)
  .map((drawn) => build(...drawn));
const special = fc
  .tuple(pixels, upTo(9), imageBorder, specialValues)
  .map(([image, count, border, drawn]) => build([...image, count], border, drawn));

/** Stored integers around which the zero point stands. */
const integers = fc
  .tuple(pixels, upTo(19), imageBorder, uniformIntegers)
  .map(([image, count, { before, after }, drawn]) => {
    const tensor = createIntegerFiller(drawn).data([...image, count]);
    const attributes = { before, after, value: tensor.quantization?.zeroPoint[0] ?? 0 };
    return singleNodeCase('pad', attributes, [{ tensor }], describeIntegers(drawn));
  });

/** Exact; the border has no error. */
export const pad: OpConformance<'pad'> = {
  classes: {
    ...byChannels,
    channels_and_batch: channels,
    nothing,
    any_rank: anyRank,
    special_values: special,
    integers,
  },
  bound: ({ errors, node, run }) => run(errors, { op: 'pad', attributes: { ...node.attributes, value: 0 } }),
};
