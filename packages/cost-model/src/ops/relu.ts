import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: one comparison per element. */
export const relu: CostFormula<'relu'> = withoutMacs('activation');
