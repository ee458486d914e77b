/** @file Pooling by the largest element, which alone gets the gradient; of equal ones the first. */
import type { OpName } from '@sepconv/graph';
import { addSums, type Floats, type OpCall, type TrainingOp } from './training-op.js';

/** Calls `visit` for each input element that competes for an output element. */
export type Candidates<Name extends OpName> = (
  call: OpCall<Name>,
  visit: (output: number, input: number) => void,
) => void;

/** Which input element each output element is; −1 for a window that lies wholly in the padding. */
function winners<Name extends OpName>(call: OpCall<Name>, candidates: Candidates<Name>): Int32Array {
  const [input] = call.inputs as readonly [Floats];
  const result = new Int32Array(call.output.length).fill(-1);
  candidates(call, (o, i) => {
    const best = result[o]!;
    // A NaN wins and stays, as Math.max has it.
    if (best < 0 || input[i]! > input[best]! || (Number.isNaN(input[i]!) && !Number.isNaN(input[best]!)))
      result[o] = i;
  });
  return result;
}

/** An op from the elements that compete for each output. */
export function largest<Name extends OpName>(candidates: Candidates<Name>): TrainingOp<Name> {
  return {
    forward: (call) => {
      const [input] = call.inputs as readonly [Floats];
      winners(call, candidates).forEach((i, o) => {
        call.output[o] = i < 0 ? -Infinity : input[i]!;
      });
    },
    backward: (call) => {
      addSums(call.inputGradients[0], (sums) => {
        winners(call, candidates).forEach((i, o) => {
          if (i >= 0) sums[i] = sums[i]! + call.outputGradient[o]!;
        });
      });
    },
  };
}
