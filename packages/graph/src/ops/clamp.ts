import type { OpContract } from './contract.js';
import { fail, inputAt, likeInput } from './contract.js';

/** Bounds of a clamp; an absent one does not bind. */
export interface ClampAttributes {
  readonly min?: number;
  readonly max?: number;
}

/** `min(max, max(min, x))`; NaN stays NaN. */
export const clamp: OpContract<ClampAttributes> = {
  name: 'clamp',
  inputs: [{ name: 'input' }],
  infer: (context) => {
    const { min = -Infinity, max = Infinity } = context.attributes;
    if (!(min <= max)) fail(context, `min must not be above max, but they are ${min} and ${max}`);
    const input = inputAt(context, 0);
    return [likeInput(input, input.shape)];
  },
};
