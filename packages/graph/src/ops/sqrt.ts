import { elementwise } from './contract.js';

/** The square root has no attribute. */
export type SqrtAttributes = Readonly<Record<string, never>>;

/** `√x`; NaN below 0. */
export const sqrt = elementwise<SqrtAttributes>('sqrt');
