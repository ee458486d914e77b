import type { Shape } from '@sepconv/tensor';
import { exactProduct } from '../exact.js';
import type { LayerType } from '../types.js';
import type { CostFormula } from './formula.js';

/** `weight` is `[K_h, K_w, C_in / groups, C_out]`. */
export function typeOfConvolution(weight: Shape, groups: number): LayerType {
  const [kernelHeight, kernelWidth, channelsPerGroup] = weight;
  // One input channel in all is a standard convolution of a grey image, not a depthwise one.
  if (groups > 1) return channelsPerGroup === 1 ? 'depthwise' : 'grouped';
  return kernelHeight === 1 && kernelWidth === 1 ? 'pointwise' : 'standard';
}

/** `N · H' · W' · C_out · K_h · K_w · C_in / groups`: every output element sums over the taps of its group's channels. */
export const conv2d: CostFormula<'conv2d' | 'conv-integer' | 'quantized-conv2d'> = ({
  node,
  inputs,
  output,
}) => {
  const weight = inputs[1]?.shape ?? [];
  const [kernelHeight = 0, kernelWidth = 0, channelsPerGroup = 0] = weight;
  return {
    type: typeOfConvolution(weight, node.attributes.groups),
    macs: exactProduct(
      `the MACs of ${node.op} "${node.name}"`,
      ...output.shape,
      kernelHeight,
      kernelWidth,
      channelsPerGroup,
    ),
  };
};
