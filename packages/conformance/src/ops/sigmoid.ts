import { monotoneBound } from '../bounds.ts';
import { sigmoidUlp } from '../exponential.ts';
import { smallestNormal, ulp } from '../floats.ts';
import type { OpConformance } from '../types.ts';
import { activationClasses, noAttributes } from './activation.ts';

/**
 * Within {@link sigmoidUlp}. Where e⁻ˣ overflows in float32, x < −88.7, an implementation may give 0: the true result
 * is then below the smallest normal number.
 */
export const sigmoid: OpConformance<'sigmoid'> = {
  classes: activationClasses('sigmoid', noAttributes),
  bound: (call) =>
    monotoneBound(
      call,
      (x) => 1 / (1 + Math.exp(-x)),
      (reach) => sigmoidUlp * ulp * reach + smallestNormal,
    ),
};
