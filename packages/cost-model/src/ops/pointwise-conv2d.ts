import { exactProduct } from '../exact.js';
import type { CostFormula } from './formula.js';

/** `N · H · W · C_out · C_in`: every output element sums over the input channels of its pixel. */
export const pointwiseConv2d: CostFormula<'pointwise-conv2d'> = ({ node, inputs, output }) => ({
  type: 'pointwise',
  macs: exactProduct(
    `the MACs of pointwise-conv2d "${node.name}"`,
    ...output.shape,
    inputs[1]?.shape[2] ?? 0,
  ),
});
