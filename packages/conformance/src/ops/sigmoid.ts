import { monotoneBound } from '../bounds.js';
import { sigmoidUlp } from '../exponential.js';
import { smallestNormal, ulp } from '../floats.js';
import type { OpConformance } from '../types.js';
import { activationClasses, noAttributes } from './activation.js';

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
