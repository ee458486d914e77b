import { elementwise } from './elementwise.js';

/** `√x`, whose slope is `1 / (2√x)`; none below 0, where the root is NaN. */
export const sqrt = elementwise<'sqrt'>({
  value: Math.sqrt,
  slope: (x) => (x < 0 ? 0 : 0.5 / Math.sqrt(x)),
});
