import { monotoneBound } from '../bounds.js';
import { expUlp } from '../exponential.js';
import { smallestNormal, ulp } from '../floats.js';
import type { OpConformance } from '../types.js';
import { activationClasses, noAttributes } from './activation.js';

/** Within {@link expUlp}; an implementation may give 0 below the smallest normal number. */
export const exp: OpConformance<'exp'> = {
  classes: activationClasses('exp', noAttributes),
  bound: (call) => monotoneBound(call, Math.exp, (reach) => expUlp * ulp * reach + smallestNormal),
};
