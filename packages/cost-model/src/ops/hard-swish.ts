import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: its multiplications are part of an activation, which no convention counts. */
export const hardSwish: CostFormula<'hard-swish'> = withoutMacs('activation');
