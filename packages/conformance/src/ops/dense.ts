import fc from 'fast-check';
import { accumulationBound } from '../bounds.ts';
import { singleNodeCase } from '../case.ts';
import { channelClasses, mapClasses } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { createFiller, describeValues, linearValues, specialValues, type Values } from '../values.ts';

interface Rest {
  readonly bias: boolean;
  readonly values: Values;
}

function build(rows: number, inputs: number, outputs: number, { bias, values }: Rest): ConformanceCase {
  const filler = createFiller(values);
  const operands = [
    { tensor: filler.data([rows, inputs]) },
    { tensor: filler.weight([inputs, outputs]) },
    ...(bias ? [{ tensor: filler.weight([outputs]) }] : []),
  ];
  return singleNodeCase('dense', {}, operands, describeValues(values));
}

const rest = fc.record({ bias: fc.boolean(), values: linearValues });
const one = fc.constant(1);
const around = fc.constantFrom(1, 3, 4, 5, 8, 9, 16, 17);

const byInputs = mapClasses(
  channelClasses('ci'),
  fc.tuple(one, around, rest),
  (inputs, [rows, outputs, drawn]) => build(rows, inputs, outputs, drawn),
);
const byOutputs = mapClasses(
  channelClasses('co'),
  fc.tuple(one, around, rest),
  (outputs, [rows, inputs, drawn]) => build(rows, inputs, outputs, drawn),
);
const batch = fc.tuple(fc.integer({ min: 2, max: 9 }), around, around, rest).map((drawn) => build(...drawn));

/** As a classifier has it: more than a thousand terms. */
const long = fc.tuple(one, fc.constantFrom(1024, 1280, 1021), around, rest).map((drawn) => build(...drawn));

const special = fc
  .tuple(one, around, around, fc.record({ bias: fc.boolean(), values: specialValues }))
  .map((drawn) => build(...drawn));

/** k = C_in. */
export const dense: OpConformance<'dense'> = {
  classes: { ...byInputs, ...byOutputs, batch, long, special_values: special },
  bound: (call) => accumulationBound(call, call.inputs[1]!.shape[0]!),
};
