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
 * `out = clip(zeroPoint + round((a − a's zero point) · (b − b's zero point) · ratio))` with the ratio
 * `a's scale · b's scale / out's scale`, as in `quantized-conv2d`.
 */
export const quantizedMul: IntegerContract<QuantizedMulAttributes> = {
  name: 'quantized-mul',
  kind: 'elementwise',
  inputs: [{ name: 'a' }, { name: 'b' }],
  integers: 'own',
  infer: (context) => {
    const { output } = context.attributes;
    const [a, b] = [expectQuantized(context, 0, 'a'), expectQuantized(context, 1, 'b')];
    const result = storedResult(context, output, broadcastShapes(context, a.shape, b.shape));
    checkRequantization(context, a.scale, [b.scale], output.scale);
    return [result];
  },
};
