import fc from 'fast-check';
import { geluUlp, swishUlp } from '../exponential.ts';
import { boundTensor, type FloatTensor, inflation, smallestNormal, ulp } from '../floats.ts';
import type { BoundCall, OpConformance } from '../types.ts';
import { activationClasses } from './activation.ts';

/** Nowhere is GELU steeper: its slope is largest, 1.1290, at √2, and that of the approximation is nearly the same. */
const steepest = 1.13;

/**
 * The approximation is `x · σ(w)` with `w = 2y`. Its argument w is the sum and product of a few rounded numbers, at most
 * {@link argumentUlp} off, which changes σ(w) by the factor `1 ± (1 − σ(w)) · |w| · argumentUlp · ulp`: far below 0, where
 * the result is next to nothing, digits are lost as w grows.
 */
const argumentUlp = 2;

/** {@link argumentUlp} times (1 − σ(w)) · |w|, where w is as far out as an input with error `e` may be. */
function lostByArgument(x: number, e: number): number {
  const farthest = Math.abs(x) + e;
  const w = 2 * Math.sqrt(2 / Math.PI) * (farthest + 0.044715 * farthest ** 3);
  const lost = x - e < 0 ? Math.min(w, 128) : w / (1 + Math.exp(Math.min(w, 128)));
  return Number.isNaN(lost) ? 0 : argumentUlp * lost;
}

function bound({ inputs, errors, output, node }: BoundCall<'gelu'>): FloatTensor {
  const [input] = inputs as readonly [FloatTensor];
  const [error] = errors as readonly [FloatTensor];
  const isExact = node.attributes.approximate === 'none';
  return boundTensor(output.shape, (index) => {
    const x = input.data[index]!;
    const e = error.data[index]!;
    const reach = Math.abs(output.data[index]!) + steepest * e;
    const ulps = isExact ? geluUlp * (Math.abs(x) + e) : (swishUlp + lostByArgument(x, e)) * reach;
    // Where the distribution is below the smallest normal number, an implementation may give 0.
    return (ulps * ulp + steepest * e) * inflation + (Math.abs(x) + e + 1) * smallestNormal;
  });
}

const attributes = fc.constantFrom({ approximate: 'none' }, { approximate: 'tanh' } as const);

/** Within {@link geluUlp} of the argument, or by tanh within {@link swishUlp} and what its argument loses. */
export const gelu: OpConformance<'gelu'> = { classes: activationClasses('gelu', attributes), bound };
