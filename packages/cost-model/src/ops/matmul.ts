import { exactProduct } from '../exact.js';
import type { CostFormula } from './formula.js';

/** `… · M · N · K`: every output element sums over the columns of the first input, as it does in a dense layer. */
export const matmul: CostFormula<'dense' | 'matmul' | 'matmul-integer' | 'quantized-matmul'> = ({
  node,
  inputs,
  output,
}) => ({
  type: 'dense',
  macs: exactProduct(`the MACs of ${node.op} "${node.name}"`, ...output.shape, inputs[0]?.shape.at(-1) ?? 0),
});
