import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: a comparison and a multiplication per element. */
export const prelu: CostFormula<'prelu'> = withoutMacs('activation');
