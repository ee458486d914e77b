import { monotoneBound } from '../bounds.ts';
import { tanhUlp } from '../exponential.ts';
import { smallestSubnormal, ulp } from '../floats.ts';
import type { OpConformance } from '../types.ts';
import { activationClasses, noAttributes } from './activation.ts';

/** Within {@link tanhUlp}. */
export const tanh: OpConformance<'tanh'> = {
  classes: activationClasses('tanh', noAttributes),
  bound: (call) => monotoneBound(call, Math.tanh, (reach) => tanhUlp * ulp * reach + 2 * smallestSubnormal),
};
