import { quantizeNumber, storedRange, zeros } from '@sepconv/tensor';
import type { FloatTensor, ReferenceOp } from './reference-op.js';
import { channelOf } from './view.js';

/** `clip(round(x / scale) + zeroPoint)` */
export const quantize: ReferenceOp<'quantize'> = ({ attributes, inputs, outputShape }) => {
  const [input] = inputs as readonly [FloatTensor];
  const { dtype, scale, zeroPoint, axis } = attributes;
  const output = zeros(dtype, outputShape);
  for (let i = 0; i < input.data.length; i++) {
    const channel = channelOf(i, outputShape, axis);
    output.data[i] = quantizeNumber(input.data[i]!, scale[channel]!, zeroPoint[channel]!, storedRange(dtype));
  }
  return output;
};
