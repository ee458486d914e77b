import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: two sums over each row, and a scale and a shift per element, which nothing can fold. */
export const layerNorm: CostFormula<'layer-norm'> = withoutMacs('layer-norm');
