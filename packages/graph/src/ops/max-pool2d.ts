import type { HeightWidth } from '../padding.js';
import type { OpContract, WindowAttributes } from './contract.js';
import { expectImage, inferWindow, inputAt, refuseInt32, withElementsOf } from './contract.js';

/** Attributes of max pooling. */
export interface MaxPool2dAttributes extends WindowAttributes {
  readonly window: HeightWidth;
}

/**
 * The largest element of a sliding window; the padding never wins, and NaN wins over everything. A window that lies
 * wholly in the padding gives −∞, and of integers the least. Input `[N, H, W, C]`; output `[N, H', W', C]`.
 */
export const maxPool2d: OpContract<MaxPool2dAttributes> = {
  name: 'max-pool2d',
  kind: 'pooling',
  inputs: [{ name: 'input' }],
  integers: 'kept',
  infer: (context) => {
    refuseInt32(context);
    const input = inputAt(context, 0);
    const [batch, height, width, channels] = expectImage(context, input.shape);
    const [outputHeight, outputWidth] = inferWindow(context, [height, width], context.attributes.window);
    return [withElementsOf(context, input, [batch, outputHeight, outputWidth, channels])];
  },
};
