import { broadcastIndices, elementCount } from '@sepconv/tensor';
import { addSums, type Floats, type OpShapes, type TrainingOp } from './training-op.js';

/** For each input element, the output element whose mean it is part of. */
function meansOf({ attributes, shapes }: OpShapes<'reduce-mean'>): number[] {
  const shape = shapes[0]!;
  const kept = shape.map((size, axis) => (attributes.axes.includes(axis) ? 1 : size));
  return broadcastIndices(kept, shape);
}

/** The mean over some dimensions; each element gets an equal part of its mean's gradient. */
export const reduceMean: TrainingOp<'reduce-mean'> = {
  forward: (call) => {
    const [input] = call.inputs as readonly [Floats];
    const count = input.length / call.output.length;
    const sums = new Float64Array(call.output.length);
    meansOf(call).forEach((o, i) => {
      sums[o] = sums[o]! + input[i]!;
    });
    for (let o = 0; o < sums.length; o++) call.output[o] = sums[o]! / count;
  },
  backward: (call) => {
    const count = elementCount(call.shapes[0]!) / call.output.length;
    addSums(call.inputGradients[0], (sums) => {
      meansOf(call).forEach((o, i) => {
        sums[i] = call.outputGradient[o]! / count;
      });
    });
  },
};
