import { combineElements } from './broadcast.js';
import type { ReferenceOp } from './reference-op.js';

/** `a − b`; the difference of two float32 numbers is rounded once. */
export const sub: ReferenceOp<'sub'> = (call) => combineElements(call, (a, b) => a - b);
