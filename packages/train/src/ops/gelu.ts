import { erfc } from '@sepconv/reference';
import { elementwise } from './elementwise.js';

/** The normal distribution and its density. */
const distribution = (x: number): number => erfc(-x / Math.SQRT2) / 2;
const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** `y = √(2/π) · (x + 0.044715 · x³)` and its slope; the approximation is `x · s(2y)` with the logistic function s. */
const inner = (x: number): number => Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
const innerSlope = (x: number): number => Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** `x · Φ(x)`, whose slope is `Φ(x) + x · φ(x)`; or its approximation by tanh. */
export const gelu = elementwise<'gelu'>({
  value: (x, { approximate }) =>
    approximate === 'none' ? x * distribution(x) : x / (1 + Math.exp(-2 * inner(x))),
  slope: (x, { approximate }) => {
    if (approximate === 'none') return distribution(x) + x * density(x);
    const s = logistic(2 * inner(x));
    return s + 2 * x * s * (1 - s) * innerSlope(x);
  },
});
