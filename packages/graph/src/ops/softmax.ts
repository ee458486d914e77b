import type { OpContract } from './contract.js';
import { fail, inputAt, likeInput } from './contract.js';

/** Attributes of softmax. */
export interface SoftmaxAttributes {
  /** The dimension that sums to 1, counted from 0. */
  readonly axis: number;
}

/** `e^(x − max) / Σ e^(x − max)` along one dimension; the output has the input's shape. */
export const softmax: OpContract<SoftmaxAttributes> = {
  name: 'softmax',
  kind: 'activation',
  inputs: [{ name: 'input' }],
  infer: (context) => {
    const input = inputAt(context, 0);
    const { axis } = context.attributes;
    if (!Number.isInteger(axis) || axis < 0 || axis >= input.shape.length) {
      fail(context, `axis must be an integer from 0 to ${input.shape.length - 1}, not ${axis}`);
    }
    return [likeInput(input, input.shape)];
  },
};
