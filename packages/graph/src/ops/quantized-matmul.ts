import type { IntegerContract } from './contract.js';
import { integerMatmulShape } from './integer-products.js';
import {
  checkRequantization,
  expectIntegerBias,
  expectQuantized,
  expectQuantizedWeight,
  type RequantizeAttributes,
  storedResult,
} from './quantized.js';

/** Attributes of a quantized matrix product. */
export interface QuantizedMatmulAttributes extends RequantizeAttributes {}

/**
 * Product of quantized matrices in integer arithmetic, and with a bias a dense layer:
 *
 * `sum = bias[n] + Σ_k (a[m, k] − a's zero point) · (b[k, n] − b's zero point[n])`, requantized as in `quantized-conv2d`.
 *
 * a int8 or uint8 `[…, M, K]`; b int8 or uint8, `[K, N]` for all of a or `[…, K, N]` for each, quantized as a whole or along
 * its last dimension; bias int32 `[N]` (optional); output `[…, M, N]`.
 */
export const quantizedMatmul: IntegerContract<QuantizedMatmulAttributes> = {
  name: 'quantized-matmul',
  kind: 'product',
  inputs: [{ name: 'a' }, { name: 'b' }, { name: 'bias', optional: true }],
  integers: 'own',
  infer: (context) => {
    const { output } = context.attributes;
    const a = expectQuantized(context, 0, 'a');
    const b = expectQuantizedWeight(context, 1);
    const shape = integerMatmulShape(context);
    expectIntegerBias(context, 2, shape.at(-1) as number);
    const result = storedResult(context, output, shape);
    checkRequantization(context, a.scale, b.quantization?.scale ?? [], output.scale);
    return [result];
  },
};
