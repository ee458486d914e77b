import { binary } from './broadcast.js';

/** Division has no attribute. */
export type DivAttributes = Readonly<Record<string, never>>;

/** `a / b`, broadcast as NumPy does; by 0 it is infinite, and 0 / 0 NaN. */
export const div = binary<DivAttributes>('div');
