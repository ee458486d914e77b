import { elementwise } from './elementwise.js';

/** `eˣ`, which is its own slope. */
export const exp = elementwise<'exp'>({ value: Math.exp, slope: Math.exp });
