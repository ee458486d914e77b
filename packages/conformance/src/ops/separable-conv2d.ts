import fc from 'fast-check';
import { singleNodeCase } from '../case.ts';
import type { FloatTensor } from '../floats.ts';
import {
  channelClasses,
  type Geometry,
  geometryClasses,
  mapClasses,
  plainGeometry,
  windowAttributes,
} from '../shapes.ts';
import type { BoundCall, ConformanceCase, OpConformance } from '../types.ts';
import { createFiller, describeValues, linearValues, specialValues, type Values } from '../values.ts';
import { depthwiseConv2d } from './depthwise-conv2d.ts';
import { pointwiseConv2d } from './pointwise-conv2d.ts';

interface Rest {
  readonly multiplier: number;
  readonly bias: boolean;
  readonly values: Values;
}

function build(geometry: Geometry, channels: number, filters: number, rest: Rest): ConformanceCase {
  const { batch, height, width, window } = geometry;
  const { multiplier, bias, values } = rest;
  const filler = createFiller(values);
  const operands = [
    { tensor: filler.data([batch, height, width, channels]) },
    { tensor: filler.weight([...window, channels, multiplier]) },
    { tensor: filler.weight([1, 1, channels * multiplier, filters]) },
    ...(bias ? [{ tensor: filler.weight([filters]) }] : []),
  ];
  return singleNodeCase('separable-conv2d', windowAttributes(geometry), operands, describeValues(values));
}

const restOf = (values: fc.Arbitrary<Values>): fc.Arbitrary<Rest> =>
  fc.record({ multiplier: fc.constantFrom(1, 1, 1, 2, 3), bias: fc.boolean(), values });
const around = fc.constantFrom(1, 3, 4, 5, 8, 9);

const byGeometry = mapClasses(
  geometryClasses,
  fc.tuple(around, around, restOf(linearValues)),
  (geometry, drawn) => build(geometry, ...drawn),
);
const byChannels = mapClasses(
  channelClasses('c'),
  fc.tuple(plainGeometry, around, restOf(linearValues)),
  (channels, [geometry, filters, rest]) => build(geometry, channels, filters, rest),
);
const byFilters = mapClasses(
  channelClasses('co'),
  fc.tuple(plainGeometry, around, restOf(linearValues)),
  (filters, [geometry, channels, rest]) => build(geometry, channels, filters, rest),
);
const special = fc
  .tuple(geometryClasses.stride!, around, around, restOf(specialValues))
  .map((drawn) => build(...drawn));

/** The bound of the depthwise step is the input error of the pointwise step. */
async function bound(call: BoundCall<'separable-conv2d'>): Promise<FloatTensor> {
  const depthwise = { ...call.node, op: 'depthwise-conv2d' } as const;
  const pointwise = { ...call.node, op: 'pointwise-conv2d', attributes: {} } as const;
  const middle = await call.run(call.inputs.slice(0, 2), depthwise);
  const middleError = await depthwiseConv2d.bound({
    ...call,
    node: depthwise,
    inputs: call.inputs.slice(0, 2),
    errors: call.errors.slice(0, 2),
    output: middle,
    run: (inputs) => call.run(inputs, depthwise),
  });
  return pointwiseConv2d.bound({
    ...call,
    node: pointwise,
    inputs: [middle, ...call.inputs.slice(2)],
    errors: [middleError, ...call.errors.slice(2)],
    run: (inputs) => call.run(inputs, pointwise),
  });
}

/** k = C · M for the pointwise step, taps for the depthwise one. */
export const separableConv2d: OpConformance<'separable-conv2d'> = {
  classes: { ...byGeometry, ...byChannels, ...byFilters, special_values: special },
  bound,
};
