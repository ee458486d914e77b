import { forEachPair } from './broadcast.js';
import { addSums, type Floats, type TrainingOp } from './training-op.js';

/** `x < 0 ? slope · x : x`; a slope learns from the negative elements that it is stretched over. */
export const prelu: TrainingOp<'prelu'> = {
  forward: (call) => {
    const [x, slope] = call.inputs as readonly [Floats, Floats];
    forEachPair(call, (o, i, j) => (call.output[o] = x[i]! < 0 ? slope[j]! * x[i]! : x[i]!));
  },
  backward: (call) => {
    const [x, slope] = call.inputs as readonly [Floats, Floats];
    const { outputGradient, inputGradients } = call;
    addSums(inputGradients[0], (sums) => {
      forEachPair(call, (o, i, j) => (sums[i] = sums[i]! + outputGradient[o]! * (x[i]! < 0 ? slope[j]! : 1)));
    });
    addSums(inputGradients[1], (sums) => {
      forEachPair(call, (o, i, j) => (sums[j] = sums[j]! + outputGradient[o]! * Math.min(0, x[i]!)));
    });
  },
};
