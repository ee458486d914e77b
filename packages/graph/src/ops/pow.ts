import { binary } from './broadcast.js';

/** A power has no attribute; its exponents are an input. */
export type PowAttributes = Readonly<Record<string, never>>;

/**
 * `aᵇ`, broadcast as NumPy does, with the special cases of IEEE 754: `a⁰` and `1ᵇ` are 1 whatever the other is, a negative
 * number has powers with integer exponents only, and others are NaN.
 */
export const pow = binary<PowAttributes>('pow');
