import fc from 'fast-check';
import { inputCase, singleNodeCase } from '../case.ts';
import { createIntegerFiller, describeIntegers, exactBound, uniformIntegers } from '../integers.ts';
import {
  channelClasses,
  type Geometry,
  geometryClasses,
  mapClasses,
  plainGeometry,
  windowAttributes,
} from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { linearValues, specialValues, type Values } from '../values.ts';
import { meanBound } from './global-average-pool2d.ts';

interface Rest {
  readonly countIncludePadding: boolean;
  readonly values: Values;
}

function build(geometry: Geometry, channels: number, { countIncludePadding, values }: Rest): ConformanceCase {
  const { batch, height, width, window } = geometry;
  const attributes = { ...windowAttributes(geometry), window, countIncludePadding };
  return inputCase('average-pool2d', attributes, [batch, height, width, channels], values);
}

const restOf = (values: fc.Arbitrary<Values>): fc.Arbitrary<Rest> =>
  fc.record({ countIncludePadding: fc.boolean(), values });
const someChannels = fc.constantFrom(1, 3, 4, 5, 8);

const byGeometry = mapClasses(
  geometryClasses,
  fc.tuple(someChannels, restOf(linearValues)),
  (geometry, drawn) => build(geometry, ...drawn),
);
const byChannels = mapClasses(
  channelClasses('c'),
  fc.tuple(plainGeometry, restOf(linearValues)),
  (channels, drawn) => build(drawn[0], channels, drawn[1]),
);
const special = fc
  .tuple(geometryClasses.stride!, someChannels, restOf(specialValues))
  .map((drawn) => build(...drawn));

/** Stored integers, whose windows in the padding give the stored 0. */
const integers = fc
  .tuple(geometryClasses.padding_asymmetric!, someChannels, uniformIntegers)
  .map(([geometry, channels, drawn]) => {
    const { batch, height, width, window } = geometry;
    const tensor = createIntegerFiller(drawn).data([batch, height, width, channels]);
    const attributes = { ...windowAttributes(geometry), window, countIncludePadding: false };
    return singleNodeCase('average-pool2d', attributes, [{ tensor }], describeIntegers(drawn));
  });

/** k = taps; exact of integers. */
export const averagePool2d: OpConformance<'average-pool2d'> = {
  classes: { ...byGeometry, ...byChannels, special_values: special, integers },
  bound: async (call) =>
    call.output.dtype === 'float32'
      ? meanBound(call, call.node.attributes.window[0] * call.node.attributes.window[1])
      : exactBound(call, ([error = 0]) => error),
};
