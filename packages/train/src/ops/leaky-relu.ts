import { elementwise } from './elementwise.js';

/** `x < 0 ? slope · x : x` */
export const leakyRelu = elementwise<'leaky-relu'>({
  value: (x, { slope }) => (x < 0 ? slope * x : x),
  slope: (x, { slope }) => (x < 0 ? slope : 1),
});
