import { type CostFormula, withoutMacs } from './formula.js';

/** 0 MACs: its multiplication and addition are part of an activation, which no convention counts. */
export const hardSigmoid: CostFormula<'hard-sigmoid'> = withoutMacs('activation');
