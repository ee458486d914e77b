import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: copies. */
export const pad: CostFormula<'pad'> = withoutMacs('other');
