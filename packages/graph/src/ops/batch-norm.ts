import type { OpContract } from './contract.js';
import { expectFinite, expectShape, fail, inputAt, likeInput } from './contract.js';

/** Attributes of batch normalization. */
export interface BatchNormAttributes {
  /** Added to the variance before the root; 0.001 in Keras, 1e-5 in PyTorch. */
  readonly epsilon: number;
}

/**
 * Batch normalization in inference, over the last dimension C:
 *
 * `out = scale · (in − mean) / √(variance + ε) + shift`
 *
 * Input `[…, C]`, scale (gamma), shift (beta), mean and variance `[C]`; the output has the input's shape. Source: Ioffe
 * and Szegedy 2015, arXiv:1502.03167.
 */
export const batchNorm: OpContract<BatchNormAttributes> = {
  name: 'batch-norm',
  kind: 'normalization',
  inputs: [{ name: 'input' }, { name: 'scale' }, { name: 'shift' }, { name: 'mean' }, { name: 'variance' }],
  takesEpilogue: true,
  infer: (context) => {
    const input = inputAt(context, 0);
    const channels = input.shape.at(-1);
    if (channels === undefined) fail(context, 'needs at least one dimension, but the input is a scalar');
    expectFinite(context, 'epsilon', context.attributes.epsilon);
    if (context.attributes.epsilon < 0) {
      fail(context, `epsilon must be a number of at least 0, not ${context.attributes.epsilon}`);
    }
    ['scale', 'shift', 'mean', 'variance'].forEach((name, index) => {
      expectShape(context, `the ${name}`, inputAt(context, index + 1).shape, [['C', channels]]);
    });
    return [likeInput(input, input.shape)];
  },
};
