import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: an exponential and two multiplications per element. */
export const selu: CostFormula<'selu'> = withoutMacs('activation');
