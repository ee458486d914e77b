import { zeros } from '@sepconv/tensor';
import { checked } from './checked.js';
import type { InputWeightBias, Shape4 } from './reference-op.js';

/** `out[n, y·s + i·d − pad, x·s + j·d − pad, o] += in[n, y, x, g·C/G + c] · weight[i, j, c, o]`, and `bias[o]` once */
export const convTranspose2d = /* @__PURE__ */ checked(
  'conv-transpose2d',
  ({ attributes, inputs, outputShape, countMacs }) => {
    const [input, weight, bias] = inputs as InputWeightBias;
    const { strides, dilations, padding, groups } = attributes;
    const [batch, inputHeight, inputWidth, channels] = input.shape as Shape4;
    const [kernelHeight, kernelWidth, groupChannels, filters] = weight.shape as Shape4;
    const [, height, width] = outputShape as Shape4;
    const output = zeros('float32', outputShape);
    const sums = new Float64Array(output.data.length);
    for (let index = 0; index < sums.length; index++) sums[index] = bias?.data[index % filters] ?? 0;
    let macs = 0;
    for (let n = 0; n < batch; n++) {
      for (let y = 0; y < inputHeight; y++) {
        for (let x = 0; x < inputWidth; x++) {
          for (let i = 0; i < kernelHeight; i++) {
            for (let j = 0; j < kernelWidth; j++) {
              const outputY = y * strides[0] + i * dilations[0] - padding.top;
              const outputX = x * strides[1] + j * dilations[1] - padding.left;
              const inside = outputY >= 0 && outputY < height && outputX >= 0 && outputX < width;
              for (let o = 0; o < filters; o++) {
                const firstChannel = Math.floor(o / (filters / groups)) * groupChannels;
                for (let c = 0; c < groupChannels; c++) {
                  const pixel = ((n * inputHeight + y) * inputWidth + x) * channels + firstChannel + c;
                  const tap = ((i * kernelWidth + j) * groupChannels + c) * filters + o;
                  const product = input.data[pixel]! * weight.data[tap]!;
                  macs++;
                  if (!inside) continue;
                  const target = ((n * height + outputY) * width + outputX) * filters + o;
                  sums[target] = sums[target]! + product;
                }
              }
            }
          }
        }
      }
    }
    output.data.set(sums);
    countMacs(macs);
    return output;
  },
);
