import { elementwise } from './contract.js';

/** The exponential has no attribute. */
export type ExpAttributes = Readonly<Record<string, never>>;

/** `eˣ`. */
export const exp = elementwise<ExpAttributes>('exp');
