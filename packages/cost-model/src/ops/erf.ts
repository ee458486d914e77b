import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: a fraction of polynomials per element. */
export const erf: CostFormula<'erf'> = withoutMacs('activation');
