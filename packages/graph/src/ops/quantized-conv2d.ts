import type { IntegerContract } from './contract.js';
import { type IntegerConv2dAttributes, integerConvolutionShape } from './integer-products.js';
import {
  checkRequantization,
  expectIntegerBias,
  expectQuantized,
  expectQuantizedWeight,
  type RequantizeAttributes,
  storedResult,
} from './quantized.js';

/** Attributes of a quantized convolution. */
export interface QuantizedConv2dAttributes extends IntegerConv2dAttributes, RequantizeAttributes {}

/**
 * Convolution of quantized integers in integer arithmetic, depthwise where there are as many groups as channels:
 *
 * `sum = bias[o] + Σ (in[…, c] − in's zero point) · (weight[i, j, c, o] − weight's zero point[o])` in int32, which wraps
 * around, and `out = clip(zeroPoint + round(sum · ratio[o]))` in float32, halves to the even integer, where `ratio[o]` is
 * `in's scale · weight's scale[o] / out's scale`, see `requantizationRatios`. A tap in the padding reads the zero point, which
 * stands for 0.
 *
 * Input int8 or uint8 `[N, H, W, C_in]`, weight int8 or uint8 `[K_h, K_w, C_in / groups, C_out]`, quantized as a whole or
 * along its last dimension, bias int32 `[C_out]` (optional) in units of the input's scale times the weight's.
 */
export const quantizedConv2d: IntegerContract<QuantizedConv2dAttributes> = {
  name: 'quantized-conv2d',
  kind: 'product',
  inputs: [{ name: 'input' }, { name: 'weight' }, { name: 'bias', optional: true }],
  integers: 'own',
  infer: (context) => {
    const { output } = context.attributes;
    const input = expectQuantized(context, 0, 'the input');
    const weight = expectQuantizedWeight(context, 1);
    const shape = integerConvolutionShape(context);
    expectIntegerBias(context, 2, shape.at(-1) as number);
    const result = storedResult(context, output, shape);
    checkRequantization(context, input.scale, weight.quantization?.scale ?? [], output.scale);
    return [result];
  },
};
