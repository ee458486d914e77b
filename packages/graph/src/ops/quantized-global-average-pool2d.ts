import type { OpContract } from './contract.js';
import { expectImage } from './contract.js';
import { checkRequantization, expectQuantized, type RequantizeAttributes, storedResult } from './quantized.js';

/** Attributes of quantized global average pooling. */
export interface QuantizedGlobalAveragePool2dAttributes extends RequantizeAttributes {}

/**
 * The mean of each channel over the image in integer arithmetic: `Σ (in − in's zero point)` in int32, requantized as in
 * `quantized-conv2d` with the ratio `in's scale / (H · W · out's scale)`. Input int8 or uint8 `[N, H, W, C]`; output
 * `[N, 1, 1, C]`.
 */
export const quantizedGlobalAveragePool2d: OpContract<QuantizedGlobalAveragePool2dAttributes> = {
  name: 'quantized-global-average-pool2d',
  inputs: [{ name: 'input' }],
  takesIntegers: true,
  infer: (context) => {
    const { output, requantize } = context.attributes;
    const input = expectQuantized(context, 0, 'the input');
    const [batch, height, width, channels] = expectImage(context, input.shape);
    const result = storedResult(context, output, [batch, 1, 1, channels]);
    checkRequantization(context, input.scale, [1 / (height * width)], output.scale, requantize);
    return [result];
  },
};
