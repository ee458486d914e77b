import { elementCount, rowMajorStrides } from '@sepconv/tensor';
import { addSums, type Floats, type OpShapes, type TrainingOp } from './training-op.js';

/** Calls `visit` for each input element with the output element whose mean it is part of. */
function forEachMember(
  { attributes, shapes }: OpShapes<'reduce-mean'>,
  visit: (output: number, input: number) => void,
): void {
  const [shape] = shapes as readonly [readonly number[]];
  const strides = rowMajorStrides(shape);
  const kept = rowMajorStrides(shape.map((size, axis) => (attributes.axes.includes(axis) ? 1 : size)));
  for (let index = 0; index < elementCount(shape); index++) {
    let output = 0;
    for (let axis = 0; axis < shape.length; axis++) {
      if (attributes.axes.includes(axis)) continue;
      output += (Math.floor(index / strides[axis]!) % shape[axis]!) * kept[axis]!;
    }
    visit(output, index);
  }
}

/** The mean over some dimensions; each element gets an equal part of its mean's gradient. */
export const reduceMean: TrainingOp<'reduce-mean'> = {
  forward: (call) => {
    const [input] = call.inputs as readonly [Floats];
    const count = input.length / call.output.length;
    const sums = new Float64Array(call.output.length);
    forEachMember(call, (o, i) => (sums[o] = sums[o]! + input[i]!));
    for (let o = 0; o < sums.length; o++) call.output[o] = sums[o]! / count;
  },
  backward: (call) => {
    const count = elementCount(call.shapes[0]!) / call.output.length;
    addSums(call.inputGradients[0], (sums) => {
      forEachMember(call, (o, i) => (sums[i] = call.outputGradient[o]! / count));
    });
  },
};
