import { elementwise } from './elementwise.js';

/** `−x` */
export const neg = elementwise<'neg'>({ value: (x) => -x, slope: () => -1 });
