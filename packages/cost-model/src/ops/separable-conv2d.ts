import { exactProduct, exactSum } from '../exact.js';
import type { CostFormula } from './formula.js';

/**
 * `N · H' · W' · C · M · K_h · K_w + N · H' · W' · C · M · C_out`: the depthwise step and then the pointwise step. What
 * lies between them is not a value of the graph, so it counts in no activation and no byte.
 */
export const separableConv2d: CostFormula<'separable-conv2d'> = ({ node, inputs, output }) => {
  const what = `the MACs of separable-conv2d "${node.name}"`;
  const [kernelHeight = 0, kernelWidth = 0, channels = 0, multiplier = 0] = inputs[1]?.shape ?? [];
  const [batch = 0, height = 0, width = 0, filters = 0] = output.shape;
  const middle = exactProduct(what, batch, height, width, channels, multiplier);
  return {
    type: 'separable',
    macs: exactSum(what, [
      exactProduct(what, middle, kernelHeight, kernelWidth),
      exactProduct(what, middle, filters),
    ]),
  };
};
