import { combineElements } from './broadcast.js';
import type { ReferenceOp } from './reference-op.js';

/** `x < 0 ? slope · x : x`; NaN is not below 0. */
export const prelu: ReferenceOp<'prelu'> = (call) =>
  combineElements(call, (x, slope) => (x < 0 ? slope * x : x));
