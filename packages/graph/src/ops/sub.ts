import { binary } from './broadcast.js';

/** Subtraction has no attribute. */
export type SubAttributes = Readonly<Record<string, never>>;

/** `a − b`, broadcast as NumPy does. */
export const sub = binary<SubAttributes>('sub');
