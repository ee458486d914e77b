import type { OpContract } from './contract.js';
import { fail, inputAt, withMovedElements } from './contract.js';

/** Attributes of transposition. */
export interface TransposeAttributes {
  /** Which dimension of the input each dimension of the output is, counted from 0: `[0, 3, 1, 2]` makes NCHW of NHWC. */
  readonly permutation: readonly number[];
}

/**
 * The input with its dimensions in another order: `out[p₀, p₁, …] = in[…]` where output dimension i is input dimension
 * `permutation[i]`. Integers are taken as they are, scales for each index of a dimension with it.
 */
export const transpose: OpContract<TransposeAttributes> = {
  name: 'transpose',
  kind: 'movement',
  inputs: [{ name: 'input' }],
  integers: 'kept',
  infer: (context) => {
    const input = inputAt(context, 0);
    const { permutation } = context.attributes;
    const rank = input.shape.length;
    const isPermutation =
      permutation.length === rank &&
      new Set(permutation).size === rank &&
      permutation.every((axis) => Number.isInteger(axis) && axis >= 0 && axis < rank);
    if (!isPermutation) {
      fail(
        context,
        `the permutation must name each of the input's ${rank} dimensions once, counted from 0, but is [${permutation.join(', ')}]`,
      );
    }
    return [
      withMovedElements(
        context,
        input,
        permutation.map((axis) => input.shape[axis] as number),
        (axis) => permutation.indexOf(axis),
      ),
    ];
  },
};
