import { boundTensor, type FloatTensor, inflation, smallestSubnormal, unitRoundoff } from '../floats.ts';
import type { BoundCall, OpConformance } from '../types.ts';
import { activationClasses, noAttributes } from './activation.ts';

/**
 * Roundings of any usual way to write it: `x · clamp(x + 3) · (1/6)` has the sum, two products and the constant,
 * `x · clamp(x · (1/6) + 0.5)` the constant, two products and the sum; and the oracle rounds its store.
 */
const roundings = 6;

/** The steepest that `x · (x + 3) / 6` gets between `low` and `high`: its slope is `(2x + 3) / 6`, then 1. */
function steepest(low: number, high: number): number {
  if (high <= -3) return 0;
  if (low >= 3) return 1;
  const slopeAt = (x: number): number => Math.abs(2 * Math.min(3, Math.max(-3, x)) + 3) / 6;
  return Math.max(slopeAt(low), slopeAt(high), high > 3 ? 1 : 0);
}

function bound({ inputs, errors, output }: BoundCall<'hard-swish'>): FloatTensor {
  const [input] = inputs as readonly [FloatTensor];
  const [error] = errors as readonly [FloatTensor];
  return boundTensor(output.shape, (index) => {
    const x = input.data[index]!;
    const e = error.data[index]!;
    // Left of −3 the result is 0 in every way of writing it, once the sum cannot round back to above 0.
    if (x + e < -3.001) return 0;
    const reach = Math.abs(x) + e;
    const rounding = roundings * unitRoundoff * reach * (Math.min(6, reach + 3) / 6);
    return (rounding + steepest(x - e, x + e) * e) * inflation + 2 * smallestSubnormal;
  });
}

/** Within {@link roundings} of the magnitude `|x| · min(6, |x| + 3) / 6`. */
export const hardSwish: OpConformance<'hard-swish'> = {
  classes: activationClasses('hard-swish', noAttributes),
  bound,
};
