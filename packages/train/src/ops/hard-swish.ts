import { clamped, elementwise } from './elementwise.js';

/** `x · min(6, max(0, x + 3)) / 6`, whose slope between −3 and 3 is `(2x + 3) / 6`. */
export const hardSwish = elementwise<'hard-swish'>({
  value: (x) => (x * clamped(x + 3, 0, 6).value) / 6,
  slope: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6),
});
