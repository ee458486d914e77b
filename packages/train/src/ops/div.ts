import { pairwise } from './pairwise.js';

/** `a / b`, whose slopes are `1 / b` and `−a / b²`. */
export const div = pairwise<'div'>({
  value: (a, b) => a / b,
  slopeA: (_, b) => 1 / b,
  slopeB: (a, b) => -a / (b * b),
});
