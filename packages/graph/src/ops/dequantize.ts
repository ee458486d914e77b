import { checkQuantization } from '@sepconv/tensor';
import type { IntegerContract } from './contract.js';
import { fail, inputAt } from './contract.js';
import { within } from './quantized.js';

/** What integers stand for is known of the input. */
export type DequantizeAttributes = Readonly<Record<string, never>>;

/**
 * The real numbers that int8, uint8 or int32 stand for: `scale · (stored − zeroPoint)` as the input's quantization says,
 * rounded to float32 once. Source: ONNX, DequantizeLinear.
 */
export const dequantize: IntegerContract<DequantizeAttributes> = {
  name: 'dequantize',
  kind: 'conversion',
  inputs: [{ name: 'input' }],
  integers: 'own',
  infer: (context) => {
    const { shape, dtype, quantization } = inputAt(context, 0);
    if (dtype !== 'int8' && dtype !== 'uint8' && dtype !== 'int32')
      fail(context, `reads int8, uint8 or int32, but its input is ${dtype}`);
    if (quantization === undefined)
      fail(context, `does not know what its input stands for: it is ${dtype} without scale and zero point`);
    within(context, () => checkQuantization(quantization, shape, 'its input'));
    const offset = dtype === 'int32' ? quantization.zeroPoint.find((zero) => zero !== 0) : undefined;
    if (offset !== undefined) fail(context, `the zero point of int32 must be 0, not ${offset}`);
    return [{ shape, dtype: 'float32' }];
  },
};
