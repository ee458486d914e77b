import fc from 'fast-check';
import { accumulationBound } from '../bounds.ts';
import { singleNodeCase } from '../case.ts';
import { channelClasses, mapClasses, prime, upTo } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { createFiller, describeValues, linearValues, specialValues, type Values } from '../values.ts';

type Pixels = readonly [batch: number, height: number, width: number];

interface Rest {
  readonly bias: boolean;
  readonly values: Values;
}

function build(pixels: Pixels, inputs: number, outputs: number, { bias, values }: Rest): ConformanceCase {
  const filler = createFiller(values);
  const operands = [
    { tensor: filler.data([...pixels, inputs]) },
    { tensor: filler.weight([1, 1, inputs, outputs]) },
    ...(bias ? [{ tensor: filler.weight([outputs]) }] : []),
  ];
  return singleNodeCase('pointwise-conv2d', {}, operands, describeValues(values));
}

const rest = fc.record({ bias: fc.boolean(), values: linearValues });
const one = fc.constant(1);
// A matrix product tiles the pixels too, so their number runs over and under its tiles.
const somePixels = fc.tuple(one, upTo(5), upTo(5));
const around = fc.constantFrom(1, 3, 4, 5, 8, 9, 16, 17);

const byInputs = mapClasses(channelClasses('ci'), fc.tuple(somePixels, around, rest), (inputs, drawn) =>
  build(drawn[0], inputs, drawn[1], drawn[2]),
);
const byOutputs = mapClasses(channelClasses('co'), fc.tuple(somePixels, around, rest), (outputs, drawn) =>
  build(drawn[0], drawn[1], outputs, drawn[2]),
);
const byPixels = mapClasses(
  {
    image_1x1: fc.tuple(one, one, one),
    batch: fc.tuple(fc.integer({ min: 2, max: 4 }), upTo(3), upTo(3)),
    width_prime: fc.tuple(one, prime(7), prime(31)),
    width_one: fc.tuple(one, upTo(17), one),
  },
  fc.tuple(around, around, rest),
  (pixels, drawn) => build(pixels, ...drawn),
);

const special = fc
  .tuple(somePixels, around, around, fc.record({ bias: fc.boolean(), values: specialValues }))
  .map((drawn) => build(...drawn));

/** k = C_in. */
export const pointwiseConv2d: OpConformance<'pointwise-conv2d'> = {
  classes: { ...byPixels, ...byInputs, ...byOutputs, special_values: special },
  bound: (call) => accumulationBound(call, call.inputs[1]!.shape[2]!),
};
