import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: two comparisons per element. */
export const relu6: CostFormula<'relu6'> = withoutMacs('activation');
