import type { IntegerContract } from './contract.js';
import { type IntegerConv2dAttributes, integerConvolutionShape } from './integer-products.js';
import { expectBytes, expectQuantizedWeight, expectZeroPoint, plainIntegers } from './quantized.js';

/**
 * Convolution of integers without scales: `out[…, o] = Σ (in[…, c] − zero) · (weight[i, j, c, o] − weight's zero point[o])`
 * in int32, which wraps around. A tap in the padding reads `zero`.
 *
 * `zero` is the third input, a scalar of the input's type that may be computed, or else the zero point of the input's
 * quantization, or 0. Input int8 or uint8 `[N, H, W, C_in]`, weight int8 or uint8 `[K_h, K_w, C_in / groups, C_out]`; output
 * int32 `[N, H', W', C_out]`, which stands for itself. Source: ONNX, ConvInteger.
 */
export const convInteger: IntegerContract<IntegerConv2dAttributes> = {
  name: 'conv-integer',
  kind: 'product',
  inputs: [{ name: 'input' }, { name: 'weight' }, { name: 'zero', optional: true }],
  integers: 'own',
  infer: (context) => {
    expectBytes(context, 0, 'the input');
    expectQuantizedWeight(context, 1, false);
    expectZeroPoint(context, 2);
    return [{ shape: integerConvolutionShape(context), dtype: 'int32', quantization: plainIntegers }];
  },
};
