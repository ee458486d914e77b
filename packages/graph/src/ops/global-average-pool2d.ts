import type { OpContract } from './contract.js';
import { expectImage, inputAt, likeInput } from './contract.js';

/** Global average pooling has no attribute. */
export type GlobalAveragePool2dAttributes = Readonly<Record<string, never>>;

/** The mean of each channel over the whole image. Input `[N, H, W, C]`; output `[N, 1, 1, C]`. */
export const globalAveragePool2d: OpContract<GlobalAveragePool2dAttributes> = {
  name: 'global-average-pool2d',
  kind: 'pooling',
  inputs: [{ name: 'input' }],
  infer: (context) => {
    const input = inputAt(context, 0);
    const [batch, , , channels] = expectImage(context, input.shape);
    return [likeInput(input, [batch, 1, 1, channels])];
  },
};
