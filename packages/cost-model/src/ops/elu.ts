import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: an exponential and a multiplication per element below 0. */
export const elu: CostFormula<'elu'> = withoutMacs('activation');
