import { zeros } from '@sepconv/tensor';
import { checked } from './checked.js';
import type { FloatTensor } from './reference-op.js';

/** `out = scale · (in − mean) / √(variance + ε) + shift`, with mean and variance of each row of the last dimension. */
export const layerNorm = /* @__PURE__ */ checked('layer-norm', ({ attributes, inputs, outputShape }) => {
  const [input, scale, shift] = inputs as readonly [FloatTensor, FloatTensor, FloatTensor];
  const channels = scale.data.length;
  const output = zeros('float32', outputShape);
  for (let row = 0; row < input.data.length; row += channels) {
    let mean = 0;
    for (let c = 0; c < channels; c++) mean += input.data[row + c]! / channels;
    let variance = 0;
    for (let c = 0; c < channels; c++) variance += (input.data[row + c]! - mean) ** 2 / channels;
    const deviation = Math.sqrt(variance + attributes.epsilon);
    for (let c = 0; c < channels; c++) {
      output.data[row + c] = (scale.data[c]! * (input.data[row + c]! - mean)) / deviation + shift.data[c]!;
    }
  }
  return output;
});
