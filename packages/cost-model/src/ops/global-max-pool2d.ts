import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: comparisons. */
export const globalMaxPool2d: CostFormula<'global-max-pool2d'> = withoutMacs('pooling');
