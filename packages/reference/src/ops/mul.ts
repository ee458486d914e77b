import { combineElements } from './broadcast.js';
import type { ReferenceOp } from './reference-op.js';

/** `a · b`; the product of two float32 numbers is exact in float64 and rounded once. */
export const mul: ReferenceOp<'mul'> = (call) => combineElements(call, (a, b) => a * b);
