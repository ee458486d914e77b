import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: an exponential and a division per element. */
export const tanh: CostFormula<'tanh'> = withoutMacs('activation');
