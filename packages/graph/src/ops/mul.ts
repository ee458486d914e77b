import { binary } from './broadcast.js';

/** Multiplication has no attribute. */
export type MulAttributes = Readonly<Record<string, never>>;

/** `a · b`, broadcast as NumPy does; the gate of squeeze-and-excite. */
export const mul = binary<MulAttributes>('mul');
