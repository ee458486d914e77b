import { binary } from './broadcast.js';

/** Addition has no attribute. */
export type AddAttributes = Readonly<Record<string, never>>;

/** `a + b`, broadcast as NumPy does; the residual connection of an inverted residual. */
export const add = binary<AddAttributes>('add');
