import fc from 'fast-check';
import { accumulationBound } from '../bounds.ts';
import { singleNodeCase } from '../case.ts';
import {
  channelClasses,
  type Geometry,
  geometryClasses,
  mapClasses,
  plainGeometry,
  windowAttributes,
} from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { createFiller, describeValues, linearValues, specialValues, type Values } from '../values.ts';

interface Rest {
  readonly bias: boolean;
  readonly values: Values;
}

function build(
  geometry: Geometry,
  channels: number,
  multiplier: number,
  { bias, values }: Rest,
): ConformanceCase {
  const { batch, height, width, window } = geometry;
  const filler = createFiller(values);
  const operands = [
    { tensor: filler.data([batch, height, width, channels]) },
    { tensor: filler.weight([...window, channels, multiplier]) },
    ...(bias ? [{ tensor: filler.weight([channels * multiplier]) }] : []),
  ];
  return singleNodeCase('depthwise-conv2d', windowAttributes(geometry), operands, describeValues(values));
}

const rest = fc.record({ bias: fc.boolean(), values: linearValues });
// Around the tiles, and cheap enough for the largest windows.
const someChannels = fc.constantFrom(1, 3, 4, 5, 8);

const byGeometry = mapClasses(geometryClasses, fc.tuple(someChannels, rest), (geometry, [channels, drawn]) =>
  build(geometry, channels, 1, drawn),
);
const byChannels = mapClasses(channelClasses('c'), fc.tuple(plainGeometry, rest), (channels, drawn) =>
  build(drawn[0], channels, 1, drawn[1]),
);

const multiplier = fc
  .tuple(plainGeometry, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 2, max: 6 }), rest)
  .map(([geometry, channels, factor, drawn]) => build(geometry, channels, factor, drawn));

const special = fc
  .tuple(geometryClasses.stride!, someChannels, fc.record({ bias: fc.boolean(), values: specialValues }))
  .map(([geometry, channels, drawn]) => build(geometry, channels, 1, drawn));

/** k = taps. */
export const depthwiseConv2d: OpConformance<'depthwise-conv2d'> = {
  classes: { ...byGeometry, ...byChannels, multiplier, special_values: special },
  bound: (call) => accumulationBound(call, call.inputs[1]!.shape[0]! * call.inputs[1]!.shape[1]!),
};
