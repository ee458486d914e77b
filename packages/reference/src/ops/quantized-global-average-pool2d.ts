import type { Tensor } from '@sepconv/tensor';
import { zeroPointOf } from './integer-products.js';
import type { ReferenceOp, Shape4 } from './reference-op.js';
import { scaleOf, storeSums } from './requantize.js';

/** The sum over the image, divided by the number of its pixels as part of the requantization. */
export const quantizedGlobalAveragePool2d: ReferenceOp<'quantized-global-average-pool2d'> = ({
  attributes,
  inputs,
  outputShape,
}) => {
  const [input] = inputs as readonly [Tensor];
  const [batch, height, width, channels] = input.shape as Shape4;
  const pixels = height * width;
  const sums = new Int32Array(batch * channels);
  for (let n = 0; n < batch; n++) {
    for (let c = 0; c < channels; c++) {
      for (let pixel = 0; pixel < pixels; pixel++) {
        sums[n * channels + c]! += input.data[(n * pixels + pixel) * channels + c]! - zeroPointOf(input);
      }
    }
  }
  const scales = { inputScale: scaleOf(input), weightScales: [1 / pixels] };
  return storeSums(sums, scales, attributes, outputShape);
};
