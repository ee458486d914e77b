import { exactProduct } from '../exact.js';
import type { CostFormula } from './formula.js';

/** `… · M · N · K`: every element of the product sums over K. */
export const matmulInteger: CostFormula<'matmul-integer'> = ({ node, inputs, output }) => ({
  type: 'dense',
  macs: exactProduct(`the MACs of ${node.op} "${node.name}"`, ...output.shape, inputs[0]?.shape.at(-1) ?? 0),
});
