import { elementwise } from './elementwise.js';

/** `scale · (x < 0 ? alpha · (eˣ − 1) : x)` */
export const selu = elementwise<'selu'>({
  value: (x, { alpha, scale }) => scale * (x < 0 ? alpha * Math.expm1(x) : x),
  slope: (x, { alpha, scale }) => scale * (x < 0 ? alpha * Math.exp(x) : 1),
});
