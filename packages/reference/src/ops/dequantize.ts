import { zeros } from '@sepconv/tensor';
import { checked } from './checked.js';
import { channelOf } from './view.js';

/** `scale · (stored − zeroPoint)`: the difference and the scale are exact in float32 or rounded to it, the product once. */
export const dequantize = /* @__PURE__ */ checked('dequantize', ({ inputs, outputShape }) => {
  const [input] = inputs;
  const { scale, zeroPoint, axis } = input!.quantization!;
  const output = zeros('float32', outputShape);
  for (let i = 0; i < output.data.length; i++) {
    const channel = channelOf(i, outputShape, axis);
    output.data[i] = Math.fround(scale[channel]!) * Math.fround(input!.data[i]! - zeroPoint[channel]!);
  }
  return output;
});
