import { describe, expect, it } from 'vitest';
import { fixedPointSum } from './fixed-point.js';

describe('fixedPointSum', () => {
  it('gives the larger factor 21 bits', () => {
    expect(fixedPointSum(1, 0.5)).toEqual({ multiplierA: 2 ** 20, multiplierB: 2 ** 19, shift: 20 });
    expect(fixedPointSum(0.25, 0.75)).toEqual({ multiplierA: 2 ** 19, multiplierB: 3 * 2 ** 19, shift: 21 });
  });

  it('keeps both products and the rounding in 32 bits', () => {
    for (const [a, b] of [
      [1.999, 1.999],
      [2 ** -11, 2 ** -11],
      [1000, 1e-9],
    ] as const) {
      const { multiplierA, multiplierB, shift } = fixedPointSum(a, b);
      expect(255 * (multiplierA + multiplierB) + 2 ** (shift - 1)).toBeLessThan(2 ** 31);
    }
  });

  it('makes 0 of what would round everything to 0, and refuses what is none', () => {
    expect(fixedPointSum(2 ** -12, 2 ** -13)).toEqual({ multiplierA: 0, multiplierB: 0, shift: 31 });
    expect(() => fixedPointSum(1, 0)).toThrow(
      'a ratio of scales in a sum must be above 0 and below 2^20, not 0',
    );
    expect(() => fixedPointSum(2 ** 20, 1)).toThrow('not 1048576');
  });
});
