import { singleNodeCase } from '../case.ts';
import { createIntegerFiller, describeIntegers, requantizedBound, scaleOf } from '../integers.ts';
import { type Channels, type Geometry, windowAttributes } from '../shapes.ts';
import type { ConformanceCase, OpConformance } from '../types.ts';
import { integerConvolutionClasses, type Rest } from './integer-conv2d.ts';

function build(
  geometry: Geometry,
  { groups, inputs, outputs }: Channels,
  { optional, integers }: Rest,
): ConformanceCase {
  const { batch, height, width, window } = geometry;
  const filler = createIntegerFiller(integers);
  const input = filler.data([batch, height, width, groups * inputs]);
  const weight = filler.weight([...window, inputs, groups * outputs]);
  const terms = window[0] * window[1] * inputs;
  const operands = [
    { tensor: input },
    { tensor: weight },
    ...(optional ? [{ tensor: filler.bias(groups * outputs, terms) }] : []),
  ];
  // About as wide as sums of so many terms are, so that some clip and most do not.
  const output = filler.output(scaleOf(input) * scaleOf(weight) * 64 * Math.sqrt(terms));
  const attributes = { ...windowAttributes(geometry), groups, output };
  return singleNodeCase('quantized-conv2d', attributes, operands, describeIntegers(integers));
}

/** Exact. */
export const quantizedConv2d: OpConformance<'quantized-conv2d'> = {
  classes: integerConvolutionClasses(build),
  bound: (call) => {
    const [height = 1, width = 1, inputs = 1] = call.inputs[1]!.shape;
    return requantizedBound(call, call.node.attributes.output, height * width * inputs);
  },
};
