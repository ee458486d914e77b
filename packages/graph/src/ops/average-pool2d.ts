import type { HeightWidth } from '../padding.js';
import type { OpContract, WindowAttributes } from './contract.js';
import { expectImage, fail, inferWindow, inputAt, refuseInt32, withElementsOf } from './contract.js';
import { isByte } from './quantized.js';

/** Attributes of average pooling. */
export interface AveragePool2dAttributes extends WindowAttributes {
  readonly window: HeightWidth;
  /** Whether a tap in the padding counts in the divisor. TensorFlow: `false`; PyTorch's default: `true`. */
  readonly countIncludePadding: boolean;
}

/**
 * The mean over a sliding window. Input `[N, H, W, C]`; output `[N, H', W', C]`. A window that lies wholly in the padding
 * has no mean if the padding does not count: 0/0 gives NaN.
 *
 * Of int8 and uint8 it is the mean of the stored integers, exact, halves away from zero, stored as the input is; the sum is
 * int32, the padding must not count, and a window wholly in it gives the stored 0. Source: TensorFlow Lite,
 * kernels/internal/reference/integer_ops/pooling.h, `AveragePool`.
 */
export const averagePool2d: OpContract<AveragePool2dAttributes> = {
  name: 'average-pool2d',
  kind: 'pooling',
  inputs: [{ name: 'input' }],
  integers: 'kept',
  infer: (context) => {
    refuseInt32(context);
    const input = inputAt(context, 0);
    const [batch, height, width, channels] = expectImage(context, input.shape);
    const [outputHeight, outputWidth] = inferWindow(context, [height, width], context.attributes.window);
    if (isByte(input.dtype) && context.attributes.countIncludePadding)
      fail(context, `of ${input.dtype} cannot count the padding: set countIncludePadding to false`);
    return [withElementsOf(context, input, [batch, outputHeight, outputWidth, channels])];
  },
};
