import { singleNodeCase } from '../case.js';
import { createIntegerFiller, describeIntegers, exactBound } from '../integers.js';
import { type Geometry, windowAttributes } from '../shapes.js';
import type { ConformanceCase, OpConformance } from '../types.js';
import { type Channels, integerConvolutionClasses, type Rest } from './integer-conv2d.js';

function build(
  geometry: Geometry,
  { groups, inputs, outputs }: Channels,
  { optional, integers }: Rest,
): ConformanceCase {
  const { batch, height, width, window } = geometry;
  const filler = createIntegerFiller(integers);
  const { quantization, ...plain } = filler.data([batch, height, width, groups * inputs]);
  const input = optional ? plain : { ...plain, quantization: quantization! };
  const operands = [
    { tensor: input },
    { tensor: filler.weight([...window, inputs, groups * outputs]) },
    ...(optional ? [{ tensor: filler.bytes(plain.dtype as 'int8' | 'uint8', []) }] : []),
  ];
  const attributes = { ...windowAttributes(geometry), groups };
  return singleNodeCase('conv-integer', attributes, operands, describeIntegers(integers));
}

/** Exact. */
export const convInteger: OpConformance<'conv-integer'> = {
  classes: integerConvolutionClasses(build),
  bound: (call) => {
    const [height = 1, width = 1, inputs = 1] = call.inputs[1]!.shape;
    const terms = height * width * inputs;
    return exactBound(call, ([a = 0, b = 0, zero = 0]) => terms * 255 * (a + b + zero), 2 ** 32);
  },
};
