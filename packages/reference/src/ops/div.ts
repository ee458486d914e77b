import { combineElements } from './broadcast.js';
import type { ReferenceOp } from './reference-op.js';

/** `a / b`; the quotient of two float32 numbers is rounded once: float64 has digits enough for both roundings. */
export const div: ReferenceOp<'div'> = (call) => combineElements(call, (a, b) => a / b);
