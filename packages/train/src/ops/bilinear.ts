/**
 * @file Everything that multiplies its input by a weight: standard, depthwise and pointwise convolutions, dense layers.
 *
 * Such an op is the list of its products: output element o sums input[i] · weight[k] over triples (o, i, k). The same list
 * read in its three directions is the value and both derivatives:
 *
 *   output[o] += input[i] · weight[k]     ∂L/∂input[i] += ∂L/∂output[o] · weight[k]     ∂L/∂weight[k] += ∂L/∂output[o] · input[i]
 */
import type { OpName } from '@sepconv/graph';
import { addSums, type Floats, type OpShapes, type TrainingOp } from './training-op.js';

/** Calls `visit` for every product, o in increasing order. A tap in the padding multiplies a zero and is left out. */
export type Products<Name extends OpName> = (
  shapes: OpShapes<Name>,
  visit: (output: number, input: number, weight: number) => void,
) => void;

/** Calls `visit` for every output element and its channel: the bias is an input that channel elements share. */
function forEachBias(length: number, channels: number, visit: (output: number, channel: number) => void) {
  for (let o = 0; o < length; o++) visit(o, o % channels);
}

/** An op from the list of its products; inputs are the image, the weight and perhaps a bias over the last dimension. */
export function bilinear<Name extends OpName>(products: Products<Name>): TrainingOp<Name> {
  return {
    forward: (call) => {
      const [input, weight, bias] = call.inputs as readonly [Floats, Floats, Floats?];
      call.output.fill(0);
      addSums(call.output, (sums) => {
        if (bias !== undefined) forEachBias(sums.length, bias.length, (o, c) => (sums[o] = bias[c]!));
        products(call, (o, i, k) => (sums[o] = sums[o]! + input[i]! * weight[k]!));
      });
    },
    backward: (call) => {
      const [input, weight] = call.inputs as readonly [Floats, Floats];
      const [toInput, toWeight, toBias] = call.inputGradients;
      const { outputGradient } = call;
      addSums(toInput, (sums) => {
        products(call, (o, i, k) => (sums[i] = sums[i]! + outputGradient[o]! * weight[k]!));
      });
      addSums(toWeight, (sums) => {
        products(call, (o, i, k) => (sums[k] = sums[k]! + outputGradient[o]! * input[i]!));
      });
      addSums(toBias, (sums) => {
        forEachBias(outputGradient.length, sums.length, (o, c) => (sums[c] = sums[c]! + outputGradient[o]!));
      });
    },
  };
}
