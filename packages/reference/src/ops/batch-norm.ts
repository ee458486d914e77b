import { zeros } from '@sepconv/tensor';
import { checked } from './checked.js';
import type { FloatTensor } from './reference-op.js';

/** `out = scale · (in − mean) / √(variance + ε) + shift`, channels being the last dimension. */
export const batchNorm = /* @__PURE__ */ checked('batch-norm', ({ attributes, inputs, outputShape }) => {
  const [input, scale, shift, mean, variance] = inputs as readonly [
    FloatTensor,
    FloatTensor,
    FloatTensor,
    FloatTensor,
    FloatTensor,
  ];
  const channels = scale.data.length;
  const output = zeros('float32', outputShape);
  for (let index = 0; index < input.data.length; index++) {
    const c = index % channels;
    const deviation = Math.sqrt(variance.data[c]! + attributes.epsilon);
    output.data[index] = (scale.data[c]! * (input.data[index]! - mean.data[c]!)) / deviation + shift.data[c]!;
  }
  return output;
});
