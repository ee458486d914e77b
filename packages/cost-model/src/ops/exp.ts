import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: an exponential per element. */
export const exp: CostFormula<'exp'> = withoutMacs('elementwise');
