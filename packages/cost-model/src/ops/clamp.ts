import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: two comparisons per element. */
export const clamp: CostFormula<'clamp'> = withoutMacs('activation');
