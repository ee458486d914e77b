import { type DType, storedRange, type Tensor, zeros } from '@sepconv/tensor';
import { checked } from './checked.js';
import type { Shape4 } from './reference-op.js';

/** What is largest among nothing. */
function leastOf(dtype: DType): number {
  return dtype === 'int8' || dtype === 'uint8' ? storedRange(dtype).min : -Infinity;
}

/** The largest element of a sliding window; `Math.max` lets NaN win, and a window of nothing gives −∞, or the least integer. */
export const maxPool2d = /* @__PURE__ */ checked('max-pool2d', ({ attributes, inputs, outputShape }) => {
  const [input] = inputs as readonly [Tensor];
  const { window, strides, dilations, padding } = attributes;
  const [, inputHeight, inputWidth, channels] = input.shape as Shape4;
  const [batch, height, width] = outputShape as Shape4;
  const output = zeros(input.dtype, outputShape);
  const least = leastOf(input.dtype);
  let target = 0;
  for (let n = 0; n < batch; n++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < channels; c++) {
          let largest = least;
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
});
