import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: additions, and one division per channel. */
export const globalAveragePool2d: CostFormula<'global-average-pool2d'> = withoutMacs('pooling');
