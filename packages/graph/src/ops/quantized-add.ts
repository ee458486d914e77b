import { fixedPointSum } from '../fixed-point.js';
import { broadcastShapes } from './broadcast.js';
import type { IntegerContract } from './contract.js';
import { expectQuantized, type StoredAs, storedResult, within } from './quantized.js';

/** Attributes of a quantized addition. */
export interface QuantizedAddAttributes {
  readonly output: StoredAs;
}

/**
 * Sum of quantized integers in integer arithmetic, broadcast as NumPy does:
 *
 * `out = clip(zeroPoint + ((a − a's zero point) · m_a + (b − b's zero point) · m_b + 2^(s − 1)) >> s)`
 *
 * in 32 bits, where `m_a / 2^s` is `a's scale / out's scale` and b's likewise, see `fixedPointSum`.
 */
export const quantizedAdd: IntegerContract<QuantizedAddAttributes> = {
  name: 'quantized-add',
  kind: 'elementwise',
  inputs: [{ name: 'a' }, { name: 'b' }],
  integers: 'own',
  infer: (context) => {
    const { output } = context.attributes;
    const [a, b] = [expectQuantized(context, 0, 'a'), expectQuantized(context, 1, 'b')];
    const result = storedResult(context, output, broadcastShapes(context, a.shape, b.shape));
    within(context, () => fixedPointSum(a.scale / output.scale, b.scale / output.scale));
    return [result];
  },
};
