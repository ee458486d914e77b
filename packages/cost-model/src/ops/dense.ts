import { exactProduct } from '../exact.js';
import type { CostFormula } from './formula.js';

/** `N · C_out · C_in`: every output sums over all inputs of its row. */
export const dense: CostFormula<'dense'> = ({ node, inputs, output }) => ({
  type: 'dense',
  macs: exactProduct(`the MACs of dense "${node.name}"`, ...output.shape, inputs[1]?.shape[0] ?? 0),
});
