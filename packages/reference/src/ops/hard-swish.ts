import { mapElements, type ReferenceOp } from './reference-op.js';

/** `x · min(6, max(0, x + 3)) / 6`; −∞ gives −∞ · 0 = NaN, as the formula says. */
export const hardSwish: ReferenceOp<'hard-swish'> = (call) =>
  mapElements(call, (x) => (x * Math.min(6, Math.max(0, x + 3))) / 6);
