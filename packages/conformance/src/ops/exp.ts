import { monotoneBound } from '../bounds.ts';
import { expUlp } from '../exponential.ts';
import { smallestNormal, ulp } from '../floats.ts';
import type { OpConformance } from '../types.ts';
import { activationClasses, noAttributes } from './activation.ts';

/** Within {@link expUlp}; an implementation may give 0 below the smallest normal number. */
export const exp: OpConformance<'exp'> = {
  classes: activationClasses('exp', noAttributes),
  bound: (call) => monotoneBound(call, Math.exp, (reach) => expUlp * ulp * reach + smallestNormal),
};
