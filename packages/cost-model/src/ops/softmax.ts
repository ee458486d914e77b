import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: exponentials, additions and divisions. */
export const softmax: CostFormula<'softmax'> = withoutMacs('activation');
