import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: copies, or means of a few pixels with weights that belong to the positions. */
export const resize2d: CostFormula<'resize2d'> = withoutMacs('other');
