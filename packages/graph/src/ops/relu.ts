import { elementwise } from './contract.js';

/** ReLU has no attribute. */
export type ReluAttributes = Readonly<Record<string, never>>;

/** `max(0, x)`; NaN stays NaN. */
export const relu = elementwise<ReluAttributes>('relu');
