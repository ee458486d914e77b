import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: an exponential, a division and a multiplication per element. */
export const swish: CostFormula<'swish'> = withoutMacs('activation');
