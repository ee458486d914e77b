import { zeros } from '@sepconv/tensor';
import { checked } from './checked.js';
import type { InputWeightBias, Shape4 } from './reference-op.js';

/** `out[n, y, x, o] = bias[o] + Σ_{i, j, c} in[n, y·s + i·d − pad, x·s + j·d − pad, g·C/G + c] · weight[i, j, c, o]` */
export const conv2d = /* @__PURE__ */ checked('conv2d', ({ attributes, inputs, outputShape, countMacs }) => {
  const [input, weight, bias] = inputs as InputWeightBias;
  const { strides, dilations, padding, groups } = attributes;
  const [, inputHeight, inputWidth, channels] = input.shape as Shape4;
  const [kernelHeight, kernelWidth, groupChannels, filters] = weight.shape as Shape4;
  const [batch, height, width] = outputShape as Shape4;
  const output = zeros('float32', outputShape);
  let target = 0;
  let macs = 0;
  for (let n = 0; n < batch; n++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let o = 0; o < filters; o++) {
          const firstChannel = Math.floor(o / (filters / groups)) * groupChannels;
          let sum = bias === undefined ? 0 : bias.data[o]!;
          for (let i = 0; i < kernelHeight; i++) {
            for (let j = 0; j < kernelWidth; j++) {
              const inputY = y * strides[0] + i * dilations[0] - padding.top;
              const inputX = x * strides[1] + j * dilations[1] - padding.left;
              const inside = inputY >= 0 && inputY < inputHeight && inputX >= 0 && inputX < inputWidth;
              const pixel = ((n * inputHeight + inputY) * inputWidth + inputX) * channels;
              const tap = (i * kernelWidth + j) * groupChannels;
              for (let c = 0; c < groupChannels; c++) {
                const value = inside ? input.data[pixel + firstChannel + c]! : 0;
                sum += value * weight.data[(tap + c) * filters + o]!;
                macs++;
              }
            }
          }
          output.data[target++] = sum;
        }
      }
    }
  }
  countMacs(macs);
  return output;
});
