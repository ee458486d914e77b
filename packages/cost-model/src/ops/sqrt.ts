import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: a root per element. */
export const sqrt: CostFormula<'sqrt'> = withoutMacs('elementwise');
