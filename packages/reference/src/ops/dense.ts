import { elementCount, zeros } from '@sepconv/tensor';
import { checked } from './checked.js';
import type { InputWeightBias, ReferenceOp } from './reference-op.js';

/** `out[…, o] = bias[o] + Σ_c in[…, c] · weight[…, c, o]`, for every position of the input, of which a dense layer has one. */
export const mixChannels: ReferenceOp<'dense' | 'pointwise-conv2d'> = ({
  inputs,
  outputShape,
  countMacs,
}) => {
  const [input, weight, bias] = inputs as InputWeightBias;
  const [channels, filters] = weight.shape.slice(-2) as [number, number];
  const positions = elementCount(outputShape) / filters;
  const output = zeros('float32', outputShape);
  let target = 0;
  let macs = 0;
  for (let position = 0; position < positions; position++) {
    for (let o = 0; o < filters; o++) {
      let sum = bias === undefined ? 0 : bias.data[o]!;
      for (let c = 0; c < channels; c++) {
        sum += input.data[position * channels + c]! * weight.data[c * filters + o]!;
        macs++;
      }
      output.data[target++] = sum;
    }
  }
  countMacs(macs);
  return output;
};

/** {@link mixChannels} of a vector. */
export const dense = /* @__PURE__ */ checked('dense', mixChannels);
