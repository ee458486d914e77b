import { pairwise } from './pairwise.js';

/** `a − b` */
export const sub = pairwise<'sub'>({ value: (a, b) => a - b, slopeA: () => 1, slopeB: () => -1 });
