import { elementwise } from './elementwise.js';

/** `tanh x`, whose slope is `1 − tanh² x`. */
export const tanh = elementwise<'tanh'>({ value: Math.tanh, slope: (x) => 1 - Math.tanh(x) ** 2 });
