import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: additions, and one division per output element. */
export const reduceMean: CostFormula<'reduce-mean'> = withoutMacs('pooling');
