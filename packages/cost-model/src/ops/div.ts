import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: one division per output element. */
export const div: CostFormula<'div'> = withoutMacs('elementwise');
