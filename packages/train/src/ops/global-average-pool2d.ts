import type { Floats, OpShapes, Shape4, TrainingOp } from './training-op.js';

/** Calls `visit` for every input element with the output element that averages it. */
function forEachTerm(
  { shapes }: OpShapes<'global-average-pool2d'>,
  visit: (output: number, input: number) => void,
): void {
  const [batch, height, width, channels] = shapes[0] as Shape4;
  let input = 0;
  for (let n = 0; n < batch; n++) {
    for (let pixel = 0; pixel < height * width; pixel++) {
      for (let c = 0; c < channels; c++) visit(n * channels + c, input++);
    }
  }
}

const pixelsOf = ({ shapes }: OpShapes<'global-average-pool2d'>): number => shapes[0]![1]! * shapes[0]![2]!;

/** The mean of each channel gives each of its pixels the same share of the gradient. */
export const globalAveragePool2d: TrainingOp<'global-average-pool2d'> = {
  forward: (call) => {
    const [input] = call.inputs as readonly [Floats];
    const sums = new Float64Array(call.output.length);
    forEachTerm(call, (o, i) => (sums[o] = sums[o]! + input[i]!));
    sums.forEach((sum, o) => {
      call.output[o] = sum / pixelsOf(call);
    });
  },
  backward: (call) => {
    const [target] = call.inputGradients;
    if (target === undefined) return;
    const pixels = pixelsOf(call);
    forEachTerm(call, (o, i) => (target[i] = target[i]! + call.outputGradient[o]! / pixels));
  },
};
