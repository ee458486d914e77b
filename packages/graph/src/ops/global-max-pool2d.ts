import type { OpContract } from './contract.js';
import { expectImage, inputAt, likeInput } from './contract.js';

/** Global max pooling has no attribute. */
export type GlobalMaxPool2dAttributes = Readonly<Record<string, never>>;

/** The largest element of each channel over the whole image. Input `[N, H, W, C]`; output `[N, 1, 1, C]`. */
export const globalMaxPool2d: OpContract<GlobalMaxPool2dAttributes> = {
  name: 'global-max-pool2d',
  kind: 'pooling',
  inputs: [{ name: 'input' }],
  infer: (context) => {
    const input = inputAt(context, 0);
    const [batch, , , channels] = expectImage(context, input.shape);
    return [likeInput(input, [batch, 1, 1, channels])];
  },
};
