import { forEachPair } from './broadcast.js';
import { addSums, type Floats, type TrainingOp } from './training-op.js';

/** `a + b`; what was stretched collects the gradients of all positions that it was stretched over. */
export const add: TrainingOp<'add'> = {
  forward: (call) => {
    const [a, b] = call.inputs as readonly [Floats, Floats];
    forEachPair(call, (o, i, j) => (call.output[o] = a[i]! + b[j]!));
  },
  backward: (call) => {
    const { outputGradient, inputGradients } = call;
    addSums(inputGradients[0], (sums) => {
      forEachPair(call, (o, i) => (sums[i] = sums[i]! + outputGradient[o]!));
    });
    addSums(inputGradients[1], (sums) => {
      forEachPair(call, (o, _, j) => (sums[j] = sums[j]! + outputGradient[o]!));
    });
  },
};
