import { monotoneBound } from '../bounds.js';
import { tanhUlp } from '../exponential.js';
import { smallestSubnormal, ulp } from '../floats.js';
import type { OpConformance } from '../types.js';
import { activationClasses, noAttributes } from './activation.js';

/** Within {@link tanhUlp}. */
export const tanh: OpConformance<'tanh'> = {
  classes: activationClasses('tanh', noAttributes),
  bound: (call) => monotoneBound(call, Math.tanh, (reach) => tanhUlp * ulp * reach + 2 * smallestSubnormal),
};
