import { elementwise } from './contract.js';

/** The sigmoid has no attribute. */
export type SigmoidAttributes = Readonly<Record<string, never>>;

/** `1 / (1 + e⁻ˣ)`. */
export const sigmoid = elementwise<SigmoidAttributes>('sigmoid');
