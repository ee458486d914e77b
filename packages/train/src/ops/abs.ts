import { elementwise } from './elementwise.js';

/** `|x|` */
export const abs = elementwise<'abs'>({ value: Math.abs, slope: Math.sign });
