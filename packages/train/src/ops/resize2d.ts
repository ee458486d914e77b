import { resizeTaps } from '@sepconv/graph';
import { addSums, type Floats, type OpShapes, type Shape4, type TrainingOp } from './training-op.js';

/** Calls `visit` for each share that an input element has in an output element. */
function forEachShare(
  { attributes, shapes, outputShape }: OpShapes<'resize2d'>,
  visit: (output: number, input: number, weight: number) => void,
): void {
  const [, inputHeight, inputWidth] = shapes[0] as Shape4;
  const [batch, height, width, channels] = outputShape as Shape4;
  const rows = resizeTaps(attributes, 0, inputHeight);
  const columns = resizeTaps(attributes, 1, inputWidth);
  for (let pixel = 0; pixel < batch * height * width; pixel++) {
    const firstRow = Math.floor(pixel / (height * width)) * inputHeight;
    for (const i of rows[Math.floor(pixel / width) % height]!) {
      for (const j of columns[pixel % width]!) {
        const inputPixel = (firstRow + i.index) * inputWidth + j.index;
        for (let c = 0; c < channels; c++) {
          visit(pixel * channels + c, inputPixel * channels + c, i.weight * j.weight);
        }
      }
    }
  }
}

/** Weights that belong to the positions: on the way back each input collects its shares of the outputs' gradients. */
export const resize2d: TrainingOp<'resize2d'> = {
  forward: (call) => {
    const [input] = call.inputs as readonly [Floats];
    call.output.fill(0);
    addSums(call.output, (sums) => {
      forEachShare(call, (o, i, weight) => (sums[o] = sums[o]! + weight * input[i]!));
    });
  },
  backward: (call) => {
    addSums(call.inputGradients[0], (sums) => {
      forEachShare(call, (o, i, weight) => (sums[i] = sums[i]! + weight * call.outputGradient[o]!));
    });
  },
};
