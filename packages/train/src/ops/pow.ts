import { pairwise } from './pairwise.js';

/** `aᵇ` with the special cases of IEEE 754, of which JavaScript says NaN. */
function power(a: number, b: number): number {
  if (a === 1 || (a === -1 && Math.abs(b) === Infinity)) return 1;
  return a ** b;
}

/** `aᵇ`, whose slopes are `b · a^(b − 1)` and `aᵇ · ln a`; a base that is not positive gives its exponent no slope. */
export const pow = pairwise<'pow'>({
  value: power,
  slopeA: (a, b) => (b === 0 ? 0 : b * power(a, b - 1)),
  slopeB: (a, b) => (a > 0 ? power(a, b) * Math.log(a) : 0),
});
