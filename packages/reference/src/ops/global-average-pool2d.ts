import { zeros } from '@sepconv/tensor';
import type { FloatTensor, ReferenceOp, Shape4 } from './reference-op.js';

/** The mean of each channel over the whole image. */
export const globalAveragePool2d: ReferenceOp<'global-average-pool2d'> = ({ inputs, outputShape }) => {
  const [input] = inputs as readonly [FloatTensor];
  const [batch, height, width, channels] = input.shape as Shape4;
  const output = zeros('float32', outputShape);
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const pixel = ((n * height + y) * width + x) * channels;
          sum += input.data[pixel + c]!;
        }
      }
      output.data[n * channels + c] = sum / (height * width);
    }
  }
  return output;
};
