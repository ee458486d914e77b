import { checked } from './checked.js';
import { sumConvolution, zeroPointOf } from './integer-products.js';
import type { InputWeightBiasTensors } from './reference-op.js';
import { scaleOf, storeSums } from './requantize.js';

/** Integer sums of products, each multiplied by its channel's ratio and rounded. */
export const quantizedConv2d = /* @__PURE__ */ checked(
  'quantized-conv2d',
  ({ attributes, inputs, outputShape, countMacs }) => {
    const [input, weight, bias] = inputs as InputWeightBiasTensors;
    const operands = { input, weight, bias, zero: zeroPointOf(input) };
    const { sums, macs } = sumConvolution(operands, attributes, outputShape);
    countMacs(macs);
    const scales = { inputScale: scaleOf(input), weightScales: weight.quantization!.scale };
    return storeSums(sums, scales, attributes.output, outputShape);
  },
);
