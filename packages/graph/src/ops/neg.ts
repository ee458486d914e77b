import { elementwise } from './contract.js';

/** Negation has no attribute. */
export type NegAttributes = Readonly<Record<string, never>>;

/** `−x`; NaN stays NaN. */
export const neg = elementwise<NegAttributes>('neg');
