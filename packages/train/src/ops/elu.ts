import { elementwise } from './elementwise.js';

/** `x < 0 ? alpha · (eˣ − 1) : x` */
export const elu = elementwise<'elu'>({
  value: (x, { alpha }) => (x < 0 ? alpha * Math.expm1(x) : x),
  slope: (x, { alpha }) => (x < 0 ? alpha * Math.exp(x) : 1),
});
