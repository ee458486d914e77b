import { exactProduct } from '../exact.js';
import { typeOfConvolution } from './conv2d.js';
import type { CostFormula } from './formula.js';

/**
 * `N · H · W · K_h · K_w · C_in / groups · C_out`: every input pixel is multiplied by the whole window, what padding cuts off
 * included.
 */
export const convTranspose2d: CostFormula<'conv-transpose2d'> = ({ node, inputs }) => {
  const [batch = 0, height = 0, width = 0] = inputs[0]?.shape ?? [];
  const weight = inputs[1]?.shape ?? [];
  const what = `the MACs of conv-transpose2d "${node.name}"`;
  return {
    type: typeOfConvolution(weight, node.attributes.groups),
    macs: exactProduct(what, batch, height, width, ...weight),
  };
};
