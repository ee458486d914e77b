import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: a sign per element. */
export const neg: CostFormula<'neg'> = withoutMacs('elementwise');
