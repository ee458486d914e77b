import { elementCount } from '@sepconv/tensor';
import type { CostFormula } from './formula.js';

/** 0 MACs: copies of what it takes; the rest of its input is not read. */
export const slice: CostFormula<'slice'> = ({ output }) => ({
  type: 'other',
  macs: 0,
  readElements: elementCount(output.shape),
});
