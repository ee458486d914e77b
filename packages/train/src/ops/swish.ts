import { elementwise, logistic } from './elementwise.js';

/** `x · s` with `s = 1 / (1 + e⁻ˣ)`, whose slope is `s · (1 + x · (1 − s))`. */
export const swish = elementwise<'swish'>({
  value: (x) => x / (1 + Math.exp(-x)),
  slope: (x) => logistic(x) * (1 + x * logistic(-x)),
});
