import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: one multiplication per output element, and no accumulation to go with it. */
export const mul: CostFormula<'mul'> = withoutMacs('elementwise');
