import fc from 'fast-check';
import { accumulationBound } from '../bounds.ts';
import { singleNodeCase } from '../case.ts';
import {
  type Channels,
  channelClasses,
  type Geometry,
  geometryClasses,
  mapClasses,
  plainGeometry,
  windowAttributes,
} from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { createFiller, describeValues, linearValues, specialValues, type Values } from '../values.ts';

function build(
  geometry: Geometry,
  { groups, inputs, outputs }: Channels,
  { bias, values }: { readonly bias: boolean; readonly values: Values },
): ConformanceCase {
  const { batch, height, width, window } = geometry;
  const filler = createFiller(values);
  const operands = [
    { tensor: filler.data([batch, height, width, groups * inputs]) },
    { tensor: filler.weight([...window, inputs, groups * outputs]) },
    ...(bias ? [{ tensor: filler.weight([groups * outputs]) }] : []),
  ];
  const attributes = { ...windowAttributes(geometry), groups };
  return singleNodeCase('conv2d', attributes, operands, describeValues(values));
}

const extra = fc.record({ bias: fc.boolean(), values: linearValues });
const few = fc.integer({ min: 1, max: 5 });
const fewChannels = fc.record({ groups: fc.constant(1), inputs: few, outputs: few });

const byGeometry = mapClasses(geometryClasses, fc.tuple(fewChannels, extra), (geometry, [channels, rest]) =>
  build(geometry, channels, rest),
);
const byInputs = mapClasses(channelClasses('ci'), fc.tuple(few, plainGeometry, extra), (inputs, drawn) =>
  build(drawn[1], { groups: 1, inputs, outputs: drawn[0] }, drawn[2]),
);
const byOutputs = mapClasses(channelClasses('co'), fc.tuple(few, plainGeometry, extra), (outputs, drawn) =>
  build(drawn[1], { groups: 1, inputs: drawn[0], outputs }, drawn[2]),
);

/** A convolution with groups: a few, of tile size, or as many as channels. */
const groups = fc
  .tuple(
    fc.oneof(
      fc.record({ groups: fc.integer({ min: 2, max: 5 }), inputs: few, outputs: few }),
      fc.record({ groups: fc.constant(2), inputs: fc.constantFrom(4, 8), outputs: fc.constantFrom(4, 8) }),
      fc.record({ groups: fc.integer({ min: 2, max: 9 }), inputs: fc.constant(1), outputs: few }),
    ),
    plainGeometry,
    extra,
  )
  .map(([channels, geometry, rest]) => build(geometry, channels, rest));

const special = fc
  .tuple(fewChannels, geometryClasses.stride!, fc.record({ bias: fc.boolean(), values: specialValues }))
  .map(([channels, geometry, rest]) => build(geometry, channels, rest));

/** k = taps · channels per group. */
export const conv2d: OpConformance<'conv2d'> = {
  classes: { ...byGeometry, ...byInputs, ...byOutputs, groups, special_values: special },
  bound: (call) =>
    accumulationBound(
      call,
      call.inputs[1]!.shape.slice(0, 3).reduce((a, b) => a * b, 1),
    ),
};
