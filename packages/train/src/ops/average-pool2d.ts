import { addSums, type BackwardCall, type Floats, type OpCall, type TrainingOp } from './training-op.js';
import { forEachTap } from './window.js';

const slidingOf = ({ attributes, shapes, outputShape }: OpCall<'average-pool2d'>) => ({
  attributes,
  input: shapes[0]!,
  output: outputShape,
  window: attributes.window,
});

/** By how much each window's sum is divided. */
function counts(call: OpCall<'average-pool2d'>): Float64Array {
  const { window, countIncludePadding } = call.attributes;
  const result = new Float64Array(call.output.length / call.outputShape[3]!);
  if (countIncludePadding) result.fill(window[0] * window[1]);
  else forEachTap(slidingOf(call), (o) => (result[o] = result[o]! + 1));
  return result;
}

/** Calls `visit` for each element that a window averages. */
function forEachTerm(
  call: OpCall<'average-pool2d'>,
  visit: (output: number, input: number, count: number) => void,
): void {
  const channels = call.outputShape[3]!;
  const divisors = counts(call);
  forEachTap(slidingOf(call), (outputPixel, inputPixel) => {
    for (let c = 0; c < channels; c++) {
      visit(outputPixel * channels + c, inputPixel * channels + c, divisors[outputPixel]!);
    }
  });
}

/** The mean of a window gives each of its elements the same share of the gradient. */
export const averagePool2d: TrainingOp<'average-pool2d'> = {
  forward: (call) => {
    const [input] = call.inputs as readonly [Floats];
    const sums = new Float64Array(call.output.length);
    forEachTerm(call, (o, i) => (sums[o] = sums[o]! + input[i]!));
    const divisors = counts(call);
    const channels = call.outputShape[3]!;
    sums.forEach((sum, o) => {
      call.output[o] = sum / divisors[Math.floor(o / channels)]!;
    });
  },
  backward: (call: BackwardCall<'average-pool2d'>) => {
    addSums(call.inputGradients[0], (sums) => {
      forEachTerm(call, (o, i, count) => (sums[i] = sums[i]! + call.outputGradient[o]! / count));
    });
  },
};
