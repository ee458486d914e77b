import { formatShape } from '@sepconv/tensor';
import type { OpContract } from './contract.js';
import { expectFinite, expectShape, fail, inputAt, likeInput } from './contract.js';

/** Attributes of layer normalization. */
export interface LayerNormAttributes {
  /** Added to the variance before the root; 1e-6 in ConvNeXt, 1e-5 in PyTorch and ONNX. */
  readonly epsilon: number;
}

/**
 * Layer normalization over the last dimension C, each position of the others for itself:
 *
 * `out = scale · (in − mean) / √(variance + ε) + shift`
 *
 * with the mean of the position's C numbers and their variance `Σ (in − mean)² / C`; without an epsilon, a position of
 * equal numbers is 0 / 0. Input `[…, C]`, scale and shift `[C]`; the output has the input's shape. Source: Ba et al. 2016,
 * arXiv:1607.06450.
 */
export const layerNorm: OpContract<LayerNormAttributes> = {
  name: 'layer-norm',
  kind: 'normalization',
  inputs: [{ name: 'input' }, { name: 'scale' }, { name: 'shift' }],
  infer: (context) => {
    const input = inputAt(context, 0);
    const { epsilon } = context.attributes;
    const channels = input.shape.at(-1);
    if (channels === undefined) {
      fail(context, `needs at least one dimension, but the input is a ${formatShape(input.shape)}`);
    }
    expectFinite(context, 'epsilon', epsilon);
    if (epsilon < 0) fail(context, `epsilon must be a number of at least 0, not ${epsilon}`);
    ['scale', 'shift'].forEach((name, index) => {
      expectShape(context, `the ${name}`, inputAt(context, index + 1).shape, [['C', channels]]);
    });
    return [likeInput(input, input.shape)];
  },
};
