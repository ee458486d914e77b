import { elementwise, logistic } from './elementwise.js';

/** `s = 1 / (1 + e⁻ˣ)`, whose slope is `s · (1 − s)`. */
export const sigmoid = elementwise<'sigmoid'>({
  value: logistic,
  slope: (x) => logistic(x) * logistic(-x),
});
