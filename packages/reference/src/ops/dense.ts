import { zeros } from '@sepconv/tensor';
import type { InputWeightBias, ReferenceOp } from './reference-op.js';

/** `out[n, o] = bias[o] + Σ_c in[n, c] · weight[c, o]` */
export const dense: ReferenceOp<'dense'> = ({ inputs, outputShape, countMacs }) => {
  const [input, weight, bias] = inputs as InputWeightBias;
  const [features] = weight.shape as readonly [number, number];
  const [batch, filters] = outputShape as readonly [number, number];
  const output = zeros('float32', outputShape);
  let target = 0;
  let macs = 0;
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < filters; o++) {
      let sum = bias === undefined ? 0 : bias.data[o]!;
      for (let c = 0; c < features; c++) {
        sum += input.data[n * features + c]! * weight.data[c * filters + o]!;
        macs++;
      }
      output.data[target++] = sum;
    }
  }
  countMacs(macs);
  return output;
};
