import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: one addition per output element, and no multiplication to go with it. */
export const add: CostFormula<'add'> = withoutMacs('elementwise');
