import { combineElements } from './broadcast.js';
import type { ReferenceOp } from './reference-op.js';

/** `aᵇ`; JavaScript's differs from IEEE 754 where it says NaN of `1ᴺᵃᴺ` and `(±1)^±∞`, which are 1. */
function power(a: number, b: number): number {
  if (a === 1 || (a === -1 && Math.abs(b) === Infinity)) return 1;
  return a ** b;
}

/** `aᵇ` */
export const pow: ReferenceOp<'pow'> = (call) => combineElements(call, power);
