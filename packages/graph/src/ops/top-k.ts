import { formatShape } from '@sepconv/tensor';
import type { OpContract } from './contract.js';
import { fail, inputAt, likeInput } from './contract.js';

/** Attributes of the positions of the largest numbers. */
export interface TopKAttributes {
  /** How many; at least 1, and no more than the last dimension has. */
  readonly count: number;
}

/**
 * The positions of the largest numbers along the last dimension, as real numbers: the largest first, of equal ones the earlier first. NaN
 * is none of them; where fewer other numbers than `count` are left, the position is 0.
 *
 * Input `[…, N]`, output `[…, count]`.
 */
export const topK: OpContract<TopKAttributes> = {
  name: 'top-k',
  kind: 'pooling',
  inputs: [{ name: 'input' }],
  infer: (context) => {
    const input = inputAt(context, 0);
    const { count } = context.attributes;
    const size = input.shape.at(-1) ?? 0;
    if (!Number.isInteger(count) || count < 1 || count > size)
      fail(context, `takes the ${count} largest of each ${size} numbers of ${formatShape(input.shape)}`);
    return [likeInput(input, [...input.shape.slice(0, -1), count])];
  },
};
