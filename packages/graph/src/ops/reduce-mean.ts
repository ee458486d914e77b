import type { OpContract } from './contract.js';
import { fail, inputAt, likeInput } from './contract.js';

/** Attributes of a mean over dimensions. */
export interface ReduceMeanAttributes {
  /** The dimensions that are averaged over, counted from 0, in increasing order; at least one. */
  readonly axes: readonly number[];
  /** Whether they stay, with one element each, or go. */
  readonly keepDimensions: boolean;
}

/** The mean over some dimensions; over height and width of an image it is global average pooling. */
export const reduceMean: OpContract<ReduceMeanAttributes> = {
  name: 'reduce-mean',
  kind: 'pooling',
  inputs: [{ name: 'input' }],
  infer: (context) => {
    const input = inputAt(context, 0);
    const { axes, keepDimensions } = context.attributes;
    const rank = input.shape.length;
    const isOrdered = axes.every(
      (axis, index) =>
        Number.isInteger(axis) && axis < rank && axis >= (index === 0 ? 0 : (axes[index - 1] as number) + 1),
    );
    if (axes.length === 0 || !isOrdered) {
      fail(
        context,
        `needs one or more of the input's ${rank} dimensions in increasing order, counted from 0, but has [${axes.join(', ')}]`,
      );
    }
    const shape = keepDimensions
      ? input.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
      : input.shape.filter((_, axis) => !axes.includes(axis));
    return [likeInput(input, shape)];
  },
};
