/** @file The cases that both integer convolutions share. */
import fc from 'fast-check';
import type { Integers } from '../integers.ts';
import { extremeIntegers, uniformIntegers } from '../integers.ts';
import {
  type Channels,
  channelClasses,
  type Geometry,
  geometryClasses,
  mapClasses,
  plainGeometry,
} from '../shapes.ts';
import type { ConformanceCase } from '../types.ts';

/** What else is drawn: whether the optional input is there, and the integers. */
export interface Rest {
  readonly optional: boolean;
  readonly integers: Integers;
}

type Build = (geometry: Geometry, channels: Channels, rest: Rest) => ConformanceCase;

const few = fc.integer({ min: 1, max: 5 });
const fewChannels = fc.record({ groups: fc.constant(1), inputs: few, outputs: few });
const restOf = (integers: fc.Arbitrary<Integers>): fc.Arbitrary<Rest> =>
  fc.record({ optional: fc.boolean(), integers });
const rest = restOf(uniformIntegers);

/** Depthwise convolutions among them: channels of tile size and beside it, with multipliers. */
const depthwise = fc.record({
  groups: fc.constantFrom(1, 3, 4, 7, 8, 9, 16, 17),
  inputs: fc.constant(1),
  outputs: fc.constantFrom(1, 1, 2, 3),
});

const groups = fc.oneof(
  fc.record({ groups: fc.integer({ min: 2, max: 5 }), inputs: few, outputs: few }),
  fc.record({ groups: fc.constant(2), inputs: fc.constantFrom(4, 8), outputs: fc.constantFrom(4, 8) }),
);

/** Where integers are multiplied in pairs, the last one of each group has none beside it. */
const oddGroups = fc.record({ groups: fc.constantFrom(2, 3), inputs: fc.constantFrom(3, 5), outputs: few });

/** Cases by class, each made by `build`. */
export function integerConvolutionClasses(
  build: Build,
): Readonly<Record<string, fc.Arbitrary<ConformanceCase>>> {
  const drawn = (channels: fc.Arbitrary<Channels>, geometry: fc.Arbitrary<Geometry>, more = rest) =>
    fc.tuple(geometry, channels, more).map((parts) => build(...parts));
  return {
    ...mapClasses(geometryClasses, fc.tuple(fewChannels, rest), (geometry, [channels, more]) =>
      build(geometry, channels, more),
    ),
    ...mapClasses(
      channelClasses('ci'),
      fc.tuple(few, plainGeometry, rest),
      (inputs, [outputs, geometry, more]) => build(geometry, { groups: 1, inputs, outputs }, more),
    ),
    ...mapClasses(
      channelClasses('co'),
      fc.tuple(few, plainGeometry, rest),
      (outputs, [inputs, geometry, more]) => build(geometry, { groups: 1, inputs, outputs }, more),
    ),
    groups: drawn(groups, plainGeometry),
    odd_groups: drawn(oddGroups, plainGeometry),
    depthwise: drawn(depthwise, plainGeometry),
    depthwise_stride: drawn(depthwise, geometryClasses.stride!),
    depthwise_dilation: drawn(depthwise, geometryClasses.dilation!),
    special_values: drawn(fc.oneof(fewChannels, depthwise), geometryClasses.stride!, restOf(extremeIntegers)),
  };
}
