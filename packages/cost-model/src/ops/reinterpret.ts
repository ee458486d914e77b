import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs and 0 bytes: the same integers with another meaning. */
export const reinterpret: CostFormula<'reinterpret'> = withoutMacs('other', true);
