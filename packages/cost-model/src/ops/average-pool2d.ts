import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: additions, and one division per output element. */
export const averagePool2d: CostFormula<'average-pool2d'> = withoutMacs('pooling');
