import { elementCount } from '@sepconv/tensor';
import type { OpContract } from './contract.js';
import { fail, inputAt, withElementsOf } from './contract.js';

/** Flatten has no attribute. */
export type FlattenAttributes = Readonly<Record<string, never>>;

/** `[N, …]` → `[N, product of the rest]`, elements in the same order (so `[N, H, W, C]` runs along C first). */
export const flatten: OpContract<FlattenAttributes> = {
  name: 'flatten',
  kind: 'view',
  inputs: [{ name: 'input' }],
  integers: 'kept',
  infer: (context) => {
    const input = inputAt(context, 0);
    const [batch, ...rest] = input.shape;
    if (batch === undefined) fail(context, 'needs at least one dimension, but the input is a scalar');
    return [withElementsOf(context, input, [batch, elementCount(rest)])];
  },
};
