import { forEachPair } from './broadcast.js';
import { addSums, type Floats, type TrainingOp } from './training-op.js';

/** `a · b`: each factor's gradient is the output's times the other factor. */
export const mul: TrainingOp<'mul'> = {
  forward: (call) => {
    const [a, b] = call.inputs as readonly [Floats, Floats];
    forEachPair(call, (o, i, j) => (call.output[o] = a[i]! * b[j]!));
  },
  backward: (call) => {
    const [a, b] = call.inputs as readonly [Floats, Floats];
    const { outputGradient, inputGradients } = call;
    addSums(inputGradients[0], (sums) => {
      forEachPair(call, (o, i, j) => (sums[i] = sums[i]! + outputGradient[o]! * b[j]!));
    });
    addSums(inputGradients[1], (sums) => {
      forEachPair(call, (o, i, j) => (sums[j] = sums[j]! + outputGradient[o]! * a[i]!));
    });
  },
};
