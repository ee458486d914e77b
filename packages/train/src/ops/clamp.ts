import { clamped, elementwise } from './elementwise.js';

/** `min(max, max(min, x))`; at a bound the slope is 0. */
export const clamp = elementwise<'clamp'>({
  value: (x, { min = -Infinity, max = Infinity }) => clamped(x, min, max).value,
  slope: (x, { min = -Infinity, max = Infinity }) => (clamped(x, min, max).isInside ? 1 : 0),
});
