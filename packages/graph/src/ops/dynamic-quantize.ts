import type { IntegerContract } from './contract.js';
import { fail, inputAt, refuseIntegers } from './contract.js';

/** Attributes of dynamic quantization. */
export interface DynamicQuantizeAttributes {
  /** Which of the three results a node gives. */
  readonly result: 'values' | 'scale' | 'zero-point';
}

/**
 * Quantization to uint8 whose scale and zero point follow from the numbers themselves, 0 among them so that it is exact:
 *
 * `scale = (max(0, largest) − min(0, least)) / 255`, `zeroPoint = clip(round(−min(0, least) / scale))`,
 * `values = clip(round(x / scale) + zeroPoint)`
 *
 * Each step is rounded to float32, halves to the even integer; where all numbers are 0 the scale is 1. A node gives one of
 * the three: `values` uint8 like the input, `scale` a float32 scalar, `zero-point` a uint8 scalar. What the values stand
 * for is not known before the network runs. Source: ONNX, DynamicQuantizeLinear.
 */
export const dynamicQuantize: IntegerContract<DynamicQuantizeAttributes> = {
  name: 'dynamic-quantize',
  kind: 'conversion',
  inputs: [{ name: 'input' }],
  integers: 'own',
  infer: (context) => {
    refuseIntegers(context);
    const { shape } = inputAt(context, 0);
    const { result } = context.attributes;
    if (result === 'values') return [{ shape, dtype: 'uint8' }];
    if (result === 'zero-point') return [{ shape: [], dtype: 'uint8' }];
    if (result === 'scale') return [{ shape: [], dtype: 'float32' }];
    return fail(context, `result must be values, scale or zero-point, not ${JSON.stringify(result)}`);
  },
};
