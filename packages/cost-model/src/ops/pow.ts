import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: a logarithm, a product and an exponential per output element. */
export const pow: CostFormula<'pow'> = withoutMacs('elementwise');
