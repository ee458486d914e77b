import type { IntegerContract } from './contract.js';
import { expectImage, fail } from './contract.js';
import {
  checkRequantization,
  expectQuantized,
  meanScales,
  type StoredAs,
  storedResult,
} from './quantized.js';

/** Attributes of quantized global average pooling. */
export interface QuantizedGlobalAveragePool2dAttributes {
  readonly output: StoredAs;
  /** `stored` is the mean of the stored integers themselves; without, the sum of what they stand for is requantized. */
  readonly requantize?: 'stored';
}

/**
 * The mean of each channel over the image in integer arithmetic: `Σ (in − in's zero point)` in int32, requantized as in
 * `quantized-conv2d` with the ratio `(in's scale / out's scale) · (1 / (H · W))`, each step in float32 (XNNPACK's MEAN). Input
 * int8 or uint8 `[N, H, W, C]`; output `[N, 1, 1, C]`.
 *
 * With `requantize: 'stored'` it is `clip(round(Σ in / (H · W)))` of the stored integers, exact, halves away from zero;
 * the result must be stored as the input is. Source: TensorFlow Lite, kernels/internal/reference/integer_ops/pooling.h,
 * `AveragePool`.
 */
export const quantizedGlobalAveragePool2d: IntegerContract<QuantizedGlobalAveragePool2dAttributes> = {
  name: 'quantized-global-average-pool2d',
  kind: 'pooling',
  inputs: [{ name: 'input' }],
  integers: 'own',
  infer: (context) => {
    const { output, requantize } = context.attributes;
    const input = expectQuantized(context, 0, 'the input');
    const [batch, height, width, channels] = expectImage(context, input.shape);
    const result = storedResult(context, output, [batch, 1, 1, channels]);
    if (requantize === 'stored') {
      const isSame =
        input.dtype === output.dtype && input.scale === output.scale && input.zeroPoint === output.zeroPoint;
      if (!isSame) fail(context, 'the mean of stored integers must be stored as the input is');
    } else {
      checkRequantization(context, ...meanScales(input.scale, height * width, output.scale));
    }
    return [result];
  },
};
