import { singleNodeCase } from '../case.ts';
import { createIntegerFiller, describeIntegers } from '../integers.ts';
import { type Channels, type Geometry, windowAttributes } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { integerConvolutionClasses, type Rest } from './integer-conv2d.ts';
import { integerOperands, integerSumBound } from './plain-integers.ts';

function build(
  geometry: Geometry,
  { groups, inputs, outputs }: Channels,
  { optional, integers }: Rest,
): ConformanceCase {
  const { batch, height, width, window } = geometry;
  const filler = createIntegerFiller(integers);
  const input = filler.data([batch, height, width, groups * inputs]);
  const weight = filler.weight([...window, inputs, groups * outputs]);
  const operands = integerOperands(filler, input, { tensor: weight }, optional);
  const attributes = { ...windowAttributes(geometry), groups };
  return singleNodeCase('conv-integer', attributes, operands, describeIntegers(integers));
}

/** Exact. */
export const convInteger: OpConformance<'conv-integer'> = {
  classes: integerConvolutionClasses(build),
  bound: (call) => {
    const [height = 1, width = 1, inputs = 1] = call.inputs[1]!.shape;
    return integerSumBound(call, height * width * inputs);
  },
};
