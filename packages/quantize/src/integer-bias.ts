/** @file Biases as int32, in units of the input's scale times the weight's. */
import { QuantizeError } from './errors.js';

/**
 * A bias in integers.
 *
 * @throws {QuantizeError} when one does not fit into int32.
 */
export function quantizeBias(
  bias: Float32Array,
  inputScale: number,
  scale: readonly number[],
  what: string,
): Int32Array {
  return Int32Array.from(bias, (value, c) => {
    const step = Math.fround(inputScale) * (scale[scale.length > 1 ? c : 0] as number);
    const rounded = Math.round(value / step);
    if (Math.abs(rounded) > 2 ** 31 - 1) {
      throw new QuantizeError(
        `the bias ${value} of channel ${c} of ${what} is ${rounded} steps of ${step}, more than int32 holds`,
      );
    }
    return rounded;
  });
}
