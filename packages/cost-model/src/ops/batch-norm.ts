import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: a scale and a shift per element, which folding moves into the layer before. */
export const batchNorm: CostFormula<'batch-norm'> = withoutMacs('batch-norm');
