import type { IntegerContract } from './contract.js';
import { integerMatmulShape } from './integer-products.js';
import { expectBytes, expectQuantizedWeight, expectZeroPoint, plainIntegers } from './quantized.js';

/** A matrix product of integers has no attribute. */
export type MatmulIntegerAttributes = Readonly<Record<string, never>>;

/**
 * Product of integer matrices without scales: `out[m, n] = Σ_k (a[m, k] − zero) · (b[k, n] − b's zero point[n])` in int32,
 * which wraps around.
 *
 * `zero` is the third input, a scalar of a's type that may be computed, or else the zero point of a's quantization, or 0.
 * a int8 or uint8 `[…, M, K]`, b int8 or uint8 `[K, N]` or `[…, K, N]`; output int32 `[…, M, N]`, which stands for itself.
 * Source: ONNX, MatMulInteger.
 */
export const matmulInteger: IntegerContract<MatmulIntegerAttributes> = {
  name: 'matmul-integer',
  kind: 'product',
  inputs: [{ name: 'a' }, { name: 'b' }, { name: 'zero', optional: true }],
  integers: 'own',
  infer: (context) => {
    expectBytes(context, 0, 'a');
    expectQuantizedWeight(context, 1, false);
    expectZeroPoint(context, 2);
    return [{ shape: integerMatmulShape(context), dtype: 'int32', quantization: plainIntegers }];
  },
};
