import { describe, expect, it } from 'vitest';
import { fixedPointMultiplier, fixedPointSum } from './fixed-point.js';

describe('fixedPointMultiplier', () => {
  it.each([
    [1, 2 ** 30, 30],
    [0.5, 2 ** 30, 31],
    [0.75, 3 * 2 ** 29, 31],
    [3, 3 * 2 ** 29, 29],
    [2 ** -20, 2 ** 30, 50],
  ])('%d = %d / 2^%d', (ratio, multiplier, shift) => {
    expect(fixedPointMultiplier(ratio)).toEqual({ multiplier, shift });
  });

  it('holds every bit of a float32', () => {
    for (const ratio of [0.1, 1 / 3, 0.0039215689, 7.123e-5, 1 - 2 ** -24, 1 + 2 ** -23]) {
      const { multiplier, shift } = fixedPointMultiplier(ratio);
      expect(multiplier / 2 ** shift).toBe(Math.fround(ratio));
      expect(multiplier).toBeGreaterThanOrEqual(2 ** 30);
      expect(multiplier).toBeLessThan(2 ** 31);
      expect(Number.isInteger(multiplier)).toBe(true);
    }
  });

  it('makes 0 of what would round everything to 0', () => {
    expect(fixedPointMultiplier(2 ** -33)).toEqual({ multiplier: 0, shift: 62 });
    expect(fixedPointMultiplier(2 ** -32)).toEqual({ multiplier: 2 ** 30, shift: 62 });
  });

  it.each([0, -1, NaN, Infinity, 2 ** 30])('refuses %s', (ratio) => {
    expect(() => fixedPointMultiplier(ratio)).toThrow(
      `a ratio of scales must be above 0 and below 2^30, not ${ratio}`,
    );
  });
});

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
