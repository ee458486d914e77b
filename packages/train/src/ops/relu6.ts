import { clamped, elementwise } from './elementwise.js';

/** `min(6, max(0, x))`; at 0 and at 6 the slope is 0. */
export const relu6 = elementwise<'relu6'>({
  value: (x) => clamped(x, 0, 6).value,
  slope: (x) => (clamped(x, 0, 6).isInside ? 1 : 0),
});
