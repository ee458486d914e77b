import { quantizeNumber, storedRange, zeros } from '@sepconv/tensor';
import { checked } from './checked.js';
import type { FloatTensor } from './reference-op.js';
import { channelOf } from './view.js';

/** `clip(round(x / scale) + zeroPoint)`, or with `x · (1 / scale)`. */
export const quantize = /* @__PURE__ */ checked('quantize', ({ attributes, inputs, outputShape }) => {
  const [input] = inputs as readonly [FloatTensor];
  const { dtype, scale, zeroPoint, axis, by } = attributes;
  const output = zeros(dtype, outputShape);
  for (let i = 0; i < input.data.length; i++) {
    const channel = channelOf(i, outputShape, axis);
    const step = Math.fround(scale[channel]!);
    const quotient = Math.fround(
      by === 'reciprocal' ? input.data[i]! * Math.fround(1 / step) : input.data[i]! / step,
    );
    output.data[i] = quantizeNumber(quotient, 1, zeroPoint[channel]!, storedRange(dtype));
  }
  return output;
});
