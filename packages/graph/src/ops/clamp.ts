import type { OpContract } from './contract.js';
import { expectFinite, fail, inputAt, likeInput } from './contract.js';

/** Finite bounds of a clamp; an absent one does not bind. */
export interface ClampAttributes {
  readonly min?: number;
  readonly max?: number;
}

/** `min(max, max(min, x))`; NaN stays NaN. */
export const clamp: OpContract<ClampAttributes> = {
  name: 'clamp',
  inputs: [{ name: 'input' }],
  infer: (context) => {
    const { min, max } = context.attributes;
    if (min !== undefined) expectFinite(context, 'min', min);
    if (max !== undefined) expectFinite(context, 'max', max);
    if (min !== undefined && max !== undefined && min > max)
      fail(context, `min must not be above max, but they are ${min} and ${max}`);
    const input = inputAt(context, 0);
    return [likeInput(input, input.shape)];
  },
};
