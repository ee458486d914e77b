import { combineElements } from './broadcast.js';
import type { ReferenceOp } from './reference-op.js';

/** `a + b`; the sum of two float32 numbers is rounded once. */
export const add: ReferenceOp<'add'> = (call) => combineElements(call, (a, b) => a + b);
