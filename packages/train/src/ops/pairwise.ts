import { forEachPair } from './broadcast.js';
import { addSums, type Floats, type TrainingOp, type TrainingOpName } from './training-op.js';

/** A function of two numbers with its derivatives by either. */
export interface Pairwise {
  value(a: number, b: number): number;
  slopeA(a: number, b: number): number;
  slopeB(a: number, b: number): number;
}

/** An op on two broadcast inputs; what was stretched collects the gradients of all positions that it was stretched over. */
export function pairwise<Name extends TrainingOpName>({ value, slopeA, slopeB }: Pairwise): TrainingOp<Name> {
  return {
    forward: (call) => {
      const [a, b] = call.inputs as readonly [Floats, Floats];
      forEachPair(call, (o, i, j) => (call.output[o] = value(a[i]!, b[j]!)));
    },
    backward: (call) => {
      const [a, b] = call.inputs as readonly [Floats, Floats];
      const { outputGradient, inputGradients } = call;
      addSums(inputGradients[0], (sums) => {
        forEachPair(call, (o, i, j) => (sums[i] = sums[i]! + outputGradient[o]! * slopeA(a[i]!, b[j]!)));
      });
      addSums(inputGradients[1], (sums) => {
        forEachPair(call, (o, i, j) => (sums[j] = sums[j]! + outputGradient[o]! * slopeB(a[i]!, b[j]!)));
      });
    },
  };
}
