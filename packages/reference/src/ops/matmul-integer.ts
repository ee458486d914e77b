import { createTensor } from '@sepconv/tensor';
import { checked } from './checked.js';
import { sumMatmul, zeroPointOf } from './integer-products.js';
import type { InputWeightBiasTensors } from './reference-op.js';

/** The sums as they are. */
export const matmulInteger = /* @__PURE__ */ checked(
  'matmul-integer',
  ({ inputs, outputShape, countMacs }) => {
    const [input, weight, zero] = inputs as InputWeightBiasTensors;
    const operands = { input, weight, zero: zero === undefined ? zeroPointOf(input) : zero.data[0]! };
    const { sums, macs } = sumMatmul(operands, outputShape);
    countMacs(macs);
    return createTensor('int32', outputShape, sums);
  },
);
