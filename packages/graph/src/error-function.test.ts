import { describe, expect, it } from 'vitest';
import { erf, erfc } from './error-function.js';

// Abramowitz and Stegun 1964, table 7.1, and the asymptotic e^(−x²) / (x√π) · (1 − 1/(2x²) + 3/(4x⁴) − …) far out.
const table = [
  [0.02, 0.0225645747],
  [0.5, 0.5204998778],
  [1, 0.8427007929],
  [1.5, 0.9661051465],
  [2, 0.995322265],
] as const;

describe('the error function', () => {
  it.each(table)('at %d is %d', (x, value) => {
    expect(erf(x)).toBeCloseTo(value, 10);
    expect(erf(-x)).toBe(-erf(x));
    expect(erfc(x)).toBeCloseTo(1 - value, 10);
    expect(erfc(-x)).toBeCloseTo(1 + value, 10);
  });

  it('keeps its digits at both ends', () => {
    expect(erf(1e-12) / 1e-12).toBeCloseTo(2 / Math.sqrt(Math.PI), 14);
    const series = 1 - 1 / 200 + 3 / 40000 - 15 / 8e6 + 105 / 16e8 - 945 / 32e10;
    expect(erfc(10) / ((Math.exp(-100) / 10 / Math.sqrt(Math.PI)) * series)).toBeCloseTo(1, 9);
  });

  it('meets itself where the series and the fraction change over', () => {
    for (const x of [1.0001, 1.1, 1.5, 2, 2.5]) expect(erfc(x) / (1 - erf(x))).toBeCloseTo(1, 11);
  });

  it('has its limits, and NaN', () => {
    expect([erf(Infinity), erf(-Infinity), erfc(Infinity), erfc(-Infinity)]).toEqual([1, -1, 0, 2]);
    expect([erf(NaN), erfc(NaN), erf(0), erfc(0)]).toEqual([NaN, NaN, 0, 1]);
  });
});
