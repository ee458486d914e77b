import { exactProduct } from '../exact.js';
import type { CostFormula } from './formula.js';

/** `… · M · N · K`: every output element sums over the columns of the first input. */
export const matmul: CostFormula<'matmul'> = ({ node, inputs, output }) => ({
  type: 'dense',
  macs: exactProduct(`the MACs of matmul "${node.name}"`, ...output.shape, inputs[0]?.shape.at(-1) ?? 0),
});
