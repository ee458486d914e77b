import { clamped, elementwise } from './elementwise.js';

/** `min(1, max(0, slope · x + offset))` */
export const hardSigmoid = elementwise<'hard-sigmoid'>({
  value: (x, { slope, offset }) => clamped(slope * x + offset, 0, 1).value,
  slope: (x, { slope, offset }) => (clamped(slope * x + offset, 0, 1).isInside ? slope : 0),
});
