import { swishUlp } from '../exponential.ts';
import { boundTensor, type FloatTensor, inflation, smallestNormal, ulp } from '../floats.ts';
import type { BoundCall, OpConformance } from '../types.ts';
import { activationClasses, noAttributes } from './activation.ts';

/** Nowhere is swish steeper: its slope is largest, 1.0998, at x = 2.3994. */
const steepest = 1.1;

function bound({ inputs, errors, output }: BoundCall<'swish'>): FloatTensor {
  const [input] = inputs as readonly [FloatTensor];
  const [error] = errors as readonly [FloatTensor];
  return boundTensor(output.shape, (index) => {
    const x = input.data[index]!;
    const e = error.data[index]!;
    const reach = Math.abs(output.data[index]!) + steepest * e;
    // Where e⁻ˣ overflows, the sigmoid may be 0 instead of something below the smallest normal number.
    return (swishUlp * ulp * reach + steepest * e) * inflation + (Math.abs(x) + e + 1) * smallestNormal;
  });
}

/** Within {@link swishUlp}. */
export const swish: OpConformance<'swish'> = {
  classes: activationClasses('swish', noAttributes),
  bound,
};
