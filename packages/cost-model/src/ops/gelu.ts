import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: the normal distribution or a tanh, and a multiplication per element. */
export const gelu: CostFormula<'gelu'> = withoutMacs('activation');
