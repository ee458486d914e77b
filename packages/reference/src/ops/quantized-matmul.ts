import { checked } from './checked.js';
import { sumMatmul, zeroPointOf } from './integer-products.js';
import type { InputWeightBiasTensors } from './reference-op.js';
import { scaleOf, storeSums } from './requantize.js';

/** Integer sums of products, each multiplied by its channel's ratio and rounded. */
export const quantizedMatmul = /* @__PURE__ */ checked(
  'quantized-matmul',
  ({ attributes, inputs, outputShape, countMacs }) => {
    const [input, weight, bias] = inputs as InputWeightBiasTensors;
    const { sums, macs } = sumMatmul({ input, weight, bias, zero: zeroPointOf(input) }, outputShape);
    countMacs(macs);
    const scales = { inputScale: scaleOf(input), weightScales: weight.quantization!.scale };
    return storeSums(sums, scales, attributes.output, outputShape);
  },
);
