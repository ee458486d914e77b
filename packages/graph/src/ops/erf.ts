import { elementwise } from './contract.js';

/** The error function has no attribute. */
export type ErfAttributes = Readonly<Record<string, never>>;

/** `erf(x) = 2/√π · ∫₀ˣ e^(−t²) dt`, of which GELU is made. */
export const erf = elementwise<ErfAttributes>('erf');
