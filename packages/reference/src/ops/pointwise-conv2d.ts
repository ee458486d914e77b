import { zeros } from '@sepconv/tensor';
import type { InputWeightBias, ReferenceOp, Shape4 } from './reference-op.js';

/** `out[n, y, x, o] = bias[o] + Σ_c in[n, y, x, c] · weight[0, 0, c, o]` */
export const pointwiseConv2d: ReferenceOp<'pointwise-conv2d'> = ({ inputs, outputShape, countMacs }) => {
  const [input, weight, bias] = inputs as InputWeightBias;
  const [, , channels] = weight.shape as Shape4;
  const [batch, height, width, filters] = outputShape as Shape4;
  const output = zeros('float32', outputShape);
  let target = 0;
  let macs = 0;
  for (let n = 0; n < batch; n++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const pixel = ((n * height + y) * width + x) * channels;
        for (let o = 0; o < filters; o++) {
          let sum = bias === undefined ? 0 : bias.data[o]!;
          for (let c = 0; c < channels; c++) {
            sum += input.data[pixel + c]! * weight.data[c * filters + o]!;
            macs++;
          }
          output.data[target++] = sum;
        }
      }
    }
  }
  countMacs(macs);
  return output;
};
