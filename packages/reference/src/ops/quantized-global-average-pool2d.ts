import { meanScales } from '@sepconv/graph';
import { type Tensor, zeros } from '@sepconv/tensor';
import { checked } from './checked.js';
import { zeroPointOf } from './integer-products.js';
import type { Shape4 } from './reference-op.js';
import { clip, scaleOf, storedMean, storeSums } from './requantize.js';

/** The sum over the image, divided by the number of its pixels as part of the requantization. */
export const quantizedGlobalAveragePool2d = /* @__PURE__ */ checked(
  'quantized-global-average-pool2d',
  ({ attributes, inputs, outputShape }) => {
    const [input] = inputs as readonly [Tensor];
    const [batch, height, width, channels] = input.shape as Shape4;
    const pixels = height * width;
    const { output, requantize } = attributes;
    const isStored = requantize === 'stored';
    const zero = isStored ? 0 : zeroPointOf(input);
    const sums = new Int32Array(batch * channels);
    for (let n = 0; n < batch; n++) {
      for (let c = 0; c < channels; c++) {
        for (let pixel = 0; pixel < pixels; pixel++) {
          sums[n * channels + c]! += input.data[(n * pixels + pixel) * channels + c]! - zero;
        }
      }
    }
    if (isStored) {
      const result = zeros(output.dtype, outputShape);
      for (let i = 0; i < sums.length; i++) {
        result.data[i] = clip(storedMean(sums[i]!, pixels), { ...output, zeroPoint: 0 });
      }
      return result;
    }
    const [inputScale, weightScales, scale] = meanScales(scaleOf(input), pixels, output.scale);
    return storeSums(sums, { inputScale, weightScales }, { ...output, scale }, outputShape);
  },
);
