import { formatShape, sameShape } from '@sepconv/tensor';
import type { IntegerContract } from './contract.js';
import { fail, inputAt } from './contract.js';
import { expectBytes, type RequantizeAttributes, storedResult } from './quantized.js';

/** Attributes of a softmax of bytes. */
export interface QuantizedSoftmaxAttributes extends RequantizeAttributes {}

/**
 * Softmax of bytes along the last dimension, with a table of exponentials: an integer that lies `d` below the largest of its row counts
 * `table[d]`, which is `e^(−scale · β · d)` in TensorFlow Lite.
 *
 * `out = clip(zeroPoint + trunc(table[d] · (1 / (Σ table[d] · scale)) + ½))`, each step in float32, the sum in the order of the elements;
 * but the half is added exactly where int8 is stored, and in float32 where uint8 is. NaN counts as 0.
 *
 * Input int8 or uint8 `[…, C]`, whatever it stands for; table float32 `[256]`; output of the input's shape.
 *
 * Source: TensorFlow Lite, kernels/internal/optimized/optimized_ops.h, `Softmax` and `QuantizeSoftmaxOutput`.
 */
export const quantizedSoftmax: IntegerContract<QuantizedSoftmaxAttributes> = {
  name: 'quantized-softmax',
  kind: 'activation',
  inputs: [{ name: 'input' }, { name: 'table' }],
  integers: 'own',
  infer: (context) => {
    const { shape } = expectBytes(context, 0, 'the input');
    if (shape.length === 0) fail(context, 'needs a dimension that sums to 1, but the input is a scalar');
    const table = inputAt(context, 1);
    if (table.dtype !== 'float32' || !sameShape(table.shape, [256]))
      fail(context, `the table must be float32 [256], not ${table.dtype} ${formatShape(table.shape)}`);
    return [storedResult(context, context.attributes.output, shape)];
  },
};
