import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: one subtraction per output element. */
export const sub: CostFormula<'sub'> = withoutMacs('elementwise');
