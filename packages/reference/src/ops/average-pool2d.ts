import { type Tensor, zeros } from '@sepconv/tensor';
import { checked } from './checked.js';
import type { Shape4 } from './reference-op.js';
import { storedMean } from './requantize.js';

/**
 * The mean over a sliding window. A window that lies wholly in the padding, which then does not count, has no mean:
 * 0/0 gives NaN. Stored integers have a mean of stored integers.
 */
export const averagePool2d = /* @__PURE__ */ checked(
  'average-pool2d',
  ({ attributes, inputs, outputShape }) => {
    const [input] = inputs as readonly [Tensor];
    const { window, strides, dilations, padding, countIncludePadding } = attributes;
    const [, inputHeight, inputWidth, channels] = input.shape as Shape4;
    const [batch, height, width] = outputShape as Shape4;
    const output = zeros(input.dtype, outputShape);
    const divide = input.dtype === 'float32' ? (sum: number, count: number) => sum / count : storedMean;
    let target = 0;
    for (let n = 0; n < batch; n++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          for (let c = 0; c < channels; c++) {
            let sum = 0;
            let count = 0;
            for (let i = 0; i < window[0]; i++) {
              for (let j = 0; j < window[1]; j++) {
                const inputY = y * strides[0] + i * dilations[0] - padding.top;
                const inputX = x * strides[1] + j * dilations[1] - padding.left;
                const inside = inputY >= 0 && inputY < inputHeight && inputX >= 0 && inputX < inputWidth;
                const pixel = ((n * inputHeight + inputY) * inputWidth + inputX) * channels;
                if (inside) sum += input.data[pixel + c]!;
                if (inside || countIncludePadding) count++;
              }
            }
            output.data[target++] = divide(sum, count);
          }
        }
      }
    }
    return output;
  },
);
