import { elementwise } from './elementwise.js';

/** `max(0, x)`; at 0 the slope is 0. */
export const relu = elementwise<'relu'>({
  value: (x) => Math.max(0, x),
  slope: (x) => (x > 0 ? 1 : 0),
});
