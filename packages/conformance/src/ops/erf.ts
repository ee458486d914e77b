import { erfUlp } from '../exponential.ts';
import { boundTensor, type FloatTensor, inflation, smallestSubnormal, ulp } from '../floats.ts';
import type { OpConformance } from '../types.ts';
import { activationClasses, noAttributes } from './activation.ts';

/** Nowhere is the error function steeper than at 0: 2 / √π. */
const steepest = 1.1284;

/** Within {@link erfUlp}. */
export const erf: OpConformance<'erf'> = {
  classes: activationClasses('erf', noAttributes),
  bound: ({ errors, output }) => {
    const [error] = errors as readonly [FloatTensor];
    return boundTensor(output.shape, (index) => {
      const moved = steepest * error.data[index]!;
      const reach = Math.abs(output.data[index]!) + moved;
      return (moved + erfUlp * ulp * reach) * inflation + 2 * smallestSubnormal;
    });
  },
};
