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
  /** `reciprocal` multiplies by `1 / scale`, rounded to float32, where otherwise numbers are divided by the scale. */
  readonly by?: 'reciprocal';
}

/**
 * Real numbers stored as integers: `clip(round(x / scale) + zeroPoint)`, the quotient rounded to float32, halves to the
 * even integer; NaN becomes the zero point. Source: ONNX, QuantizeLinear. With `by: 'reciprocal'` it is `x · (1 / scale)`, each rounded
 * to float32. Source: XNNPACK, src/microparams-init.c, `xnn_init_f32_qs8_cvt_scalar_params`.
 */
export const quantize: IntegerContract<QuantizeAttributes> = {
  name: 'quantize',
  kind: 'conversion',
  inputs: [{ name: 'input' }],
  integers: 'own',
  infer: (context) => {
    refuseIntegers(context);
    const { shape } = inputAt(context, 0);
    const { dtype, scale, zeroPoint, axis, by } = context.attributes;
    if (by !== undefined && by !== 'reciprocal')
      fail(context, `by must be "reciprocal" or nothing, not ${JSON.stringify(by)}`);
    if (dtype !== 'int8' && dtype !== 'uint8') fail(context, `stores int8 or uint8, not ${String(dtype)}`);
    const quantization = { scale, zeroPoint, ...(axis !== undefined && { axis }) };
    within(context, () => checkQuantization(quantization, shape, 'the result'));
    expectQuantization(context, 'the result', dtype, quantization);
    return [{ shape, dtype, quantization }];
  },
};
