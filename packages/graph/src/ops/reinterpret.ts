import { checkQuantization, type Quantization } from '@sepconv/tensor';
import type { IntegerContract } from './contract.js';
import { fail, inputAt } from './contract.js';
import { expectQuantization, within } from './quantized.js';

/** What the integers stand for from here on. */
export interface ReinterpretAttributes {
  readonly quantization: Quantization;
}

/**
 * The same integers, which from here on stand for `scale · (stored − zeroPoint)`, whatever they stood for before: for
 * formats that say at the op that reads a value what its integers mean, as ONNX does. int8, uint8 or int32, of which the
 * last has no zero point but 0.
 */
export const reinterpret: IntegerContract<ReinterpretAttributes> = {
  name: 'reinterpret',
  kind: 'view',
  inputs: [{ name: 'input' }],
  integers: 'own',
  infer: (context) => {
    const { shape, dtype } = inputAt(context, 0);
    const { quantization } = context.attributes;
    within(context, () => checkQuantization(quantization, shape, 'the result'));
    if (dtype === 'int8' || dtype === 'uint8') expectQuantization(context, 'the result', dtype, quantization);
    else if (dtype !== 'int32') fail(context, `reads int8, uint8 or int32, but its input is ${dtype}`);
    else if (quantization.zeroPoint.some((zero) => zero !== 0))
      fail(context, `the zero point of int32 must be 0, not ${quantization.zeroPoint.join(', ')}`);
    return [{ shape, dtype, quantization }];
  },
};
