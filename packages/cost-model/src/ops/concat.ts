import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: copies. */
export const concat: CostFormula<'concat'> = withoutMacs('other');
