import { checkQuantization } from '@sepconv/tensor';
import type { IntegerContract } from './contract.js';
import { fail, inputAt, refuseIntegers } from './contract.js';
import { expectQuantization, within } from './quantized.js';

/** Attributes of quantization. */
export interface QuantizeAttributes {
  readonly dtype: 'int8' | 'uint8';
  /** One for the whole tensor, or one for each index of `axis`. */
  readonly scale: readonly number[];
  /** As many as scales. */
  readonly zeroPoint: readonly number[];
  readonly axis?: number;
}

/**
 * Real numbers stored as integers: `clip(round(x / scale) + zeroPoint)`, the quotient rounded to float32, halves to the
 * even integer; NaN becomes the zero point. Source: ONNX, QuantizeLinear.
 */
export const quantize: IntegerContract<QuantizeAttributes> = {
  name: 'quantize',
  kind: 'conversion',
  inputs: [{ name: 'input' }],
  integers: 'own',
  infer: (context) => {
    refuseIntegers(context);
    const { shape } = inputAt(context, 0);
    const { dtype, scale, zeroPoint, axis } = context.attributes;
    if (dtype !== 'int8' && dtype !== 'uint8') fail(context, `stores int8 or uint8, not ${String(dtype)}`);
    const quantization = { scale, zeroPoint, ...(axis !== undefined && { axis }) };
    within(context, () => checkQuantization(quantization, shape, 'the result'));
    expectQuantization(context, 'the result', dtype, quantization);
    return [{ shape, dtype, quantization }];
  },
};
