import { broadcastShapes } from './broadcast.js';
import type { IntegerContract } from './contract.js';
import {
  checkRequantization,
  expectQuantized,
  type RequantizeAttributes,
  storedResult,
} from './quantized.js';

/** Attributes of a quantized multiplication. */
export interface QuantizedMulAttributes extends RequantizeAttributes {}

/**
 * Product of quantized integers element by element, broadcast as NumPy does; the gate of squeeze-and-excite:
 *
 * `out = clip(zeroPoint + ((a − a's zero point) · (b − b's zero point) · m + 2^(s − 1)) >> s)`
 *
 * in 64 bits, where `m / 2^s` is `a's scale · b's scale / out's scale`, see `fixedPointMultiplier`; with
 * `requantize: 'float32'` as in `quantized-conv2d`.
 */
export const quantizedMul: IntegerContract<QuantizedMulAttributes> = {
  name: 'quantized-mul',
  kind: 'elementwise',
  inputs: [{ name: 'a' }, { name: 'b' }],
  integers: 'own',
  infer: (context) => {
    const { output, requantize } = context.attributes;
    const [a, b] = [expectQuantized(context, 0, 'a'), expectQuantized(context, 1, 'b')];
    const result = storedResult(context, output, broadcastShapes(context, a.shape, b.shape));
    checkRequantization(context, a.scale, [b.scale], output.scale, requantize);
    return [result];
  },
};
