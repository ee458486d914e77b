import { elementwise } from './contract.js';

/** The absolute value has no attribute. */
export type AbsAttributes = Readonly<Record<string, never>>;

/** `|x|`; NaN stays NaN. */
export const abs = elementwise<AbsAttributes>('abs');
