import { zeros } from '@sepconv/tensor';
import type { FloatTensor, ReferenceOp, Shape4 } from './reference-op.js';

/** The largest element of a sliding window; `Math.max` lets NaN win, and a window of nothing gives −∞. */
export const maxPool2d: ReferenceOp<'max-pool2d'> = ({ attributes, inputs, outputShape }) => {
  const [input] = inputs as readonly [FloatTensor];
  const { window, strides, dilations, padding } = attributes;
  const [, inputHeight, inputWidth, channels] = input.shape as Shape4;
  const [batch, height, width] = outputShape as Shape4;
  const output = zeros('float32', outputShape);
  let target = 0;
  for (let n = 0; n < batch; n++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < channels; c++) {
          let largest = -Infinity;
          for (let i = 0; i < window[0]; i++) {
            for (let j = 0; j < window[1]; j++) {
              const inputY = y * strides[0] + i * dilations[0] - padding.top;
              const inputX = x * strides[1] + j * dilations[1] - padding.left;
              const inside = inputY >= 0 && inputY < inputHeight && inputX >= 0 && inputX < inputWidth;
              const pixel = ((n * inputHeight + inputY) * inputWidth + inputX) * channels;
              if (inside) largest = Math.max(largest, input.data[pixel + c]!);
            }
          }
          output.data[target++] = largest;
        }
      }
    }
  }
  return output;
};
