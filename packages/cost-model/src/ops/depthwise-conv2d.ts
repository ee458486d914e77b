import { exactProduct } from '../exact.js';
import type { CostFormula } from './formula.js';

/** `N · H' · W' · C · M · K_h · K_w`: every output element sums over the taps of its one channel. */
export const depthwiseConv2d: CostFormula<'depthwise-conv2d'> = ({ node, inputs, output }) => {
  const [kernelHeight = 0, kernelWidth = 0] = inputs[1]?.shape ?? [];
  return {
    type: 'depthwise',
    macs: exactProduct(
      `the MACs of depthwise-conv2d "${node.name}"`,
      ...output.shape,
      kernelHeight,
      kernelWidth,
    ),
  };
};
