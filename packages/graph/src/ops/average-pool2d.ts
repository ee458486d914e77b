import type { HeightWidth } from '../padding.js';
import type { OpContract, WindowAttributes } from './contract.js';
import { expectImage, inferWindow, inputAt, likeInput } from './contract.js';

/** Attributes of average pooling. */
export interface AveragePool2dAttributes extends WindowAttributes {
  readonly window: HeightWidth;
  /** Whether a tap in the padding counts in the divisor. TensorFlow: `false`; PyTorch's default: `true`. */
  readonly countIncludePadding: boolean;
}

/**
 * The mean over a sliding window. Input `[N, H, W, C]`; output `[N, H', W', C]`. A window that lies wholly in the padding
 * has no mean if the padding does not count: 0/0 gives NaN.
 */
export const averagePool2d: OpContract<AveragePool2dAttributes> = {
  name: 'average-pool2d',
  inputs: [{ name: 'input' }],
  infer: (context) => {
    const input = inputAt(context, 0);
    const [batch, height, width, channels] = expectImage(context, input.shape);
    const [outputHeight, outputWidth] = inferWindow(context, [height, width], context.attributes.window);
    return [likeInput(input, [batch, outputHeight, outputWidth, channels])];
  },
};
