import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: copies. */
export const transpose: CostFormula<'transpose'> = withoutMacs('other');
