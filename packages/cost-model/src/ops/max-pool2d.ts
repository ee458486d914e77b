import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: comparisons. */
export const maxPool2d: CostFormula<'max-pool2d'> = withoutMacs('pooling');
