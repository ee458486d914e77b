import type { OpName } from '@sepconv/graph';
import fc from 'fast-check';
import { inputCase, singleNodeCase } from '../case.ts';
import { boundTensor, type FloatTensor } from '../floats.ts';
import { createIntegerFiller, describeIntegers, uniformIntegers } from '../integers.ts';
import {
  channelClasses,
  type Geometry,
  geometryClasses,
  mapClasses,
  plainGeometry,
  windowAttributes,
} from '../shapes.ts';
import type { BoundCall, ConformanceCase, OpConformance } from '../types.ts';
import { linearValues, specialValues, type Values } from '../values.ts';

/**
 * The largest of several numbers moves at most as far as the one that moves most. A window of nothing gives −∞, which
 * nothing moves. Loose where the largest number stands far above one with a larger error.
 */
export async function largestError({ errors, run }: BoundCall<OpName>): Promise<FloatTensor> {
  const { shape, data } = await run(errors);
  return boundTensor(shape, (index) => Math.max(0, data[index]!));
}

function build(geometry: Geometry, channels: number, values: Values): ConformanceCase {
  const { batch, height, width, window } = geometry;
  const attributes = { ...windowAttributes(geometry), window };
  return inputCase('max-pool2d', attributes, [batch, height, width, channels], values);
}

const someChannels = fc.constantFrom(1, 3, 4, 5, 8);

const byGeometry = mapClasses(geometryClasses, fc.tuple(someChannels, linearValues), (geometry, drawn) =>
  build(geometry, ...drawn),
);
const byChannels = mapClasses(channelClasses('c'), fc.tuple(plainGeometry, linearValues), (channels, drawn) =>
  build(drawn[0], channels, drawn[1]),
);
const special = fc
  .tuple(geometryClasses.stride!, someChannels, specialValues)
  .map((drawn) => build(...drawn));

/** Stored integers, whose windows in the padding give the least. */
const integers = fc
  .tuple(geometryClasses.padding_asymmetric!, someChannels, uniformIntegers)
  .map(([geometry, channels, drawn]) => {
    const { batch, height, width, window } = geometry;
    const tensor = createIntegerFiller(drawn).data([batch, height, width, channels]);
    const attributes = { ...windowAttributes(geometry), window };
    return singleNodeCase('max-pool2d', attributes, [{ tensor }], describeIntegers(drawn));
  });

/** Exact. */
export const maxPool2d: OpConformance<'max-pool2d'> = {
  classes: { ...byGeometry, ...byChannels, special_values: special, integers },
  bound: largestError,
};
