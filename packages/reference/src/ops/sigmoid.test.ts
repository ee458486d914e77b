import { describe, expect, it } from 'vitest';
import { apply } from '../testing/run-op.js';

describe('sigmoid', () => {
  it('is 1 / (1 + e⁻ˣ), rounded once', () => {
    const e = Math.E;
    const expected = [1 / 2, e / (e + 1), 1 / (e + 1), (e * e) / (e * e + 1)].map(Math.fround);
    expect(apply('sigmoid', {}, 0, 1, -1, 2)).toEqual(expected);
  });

  it('sums to 1 with that of −x', () => {
    for (let x = -20; x <= 20; x += 0.37) {
      const [a, b] = apply('sigmoid', {}, x, -x) as [number, number];
      expect(Math.abs(a + b - 1)).toBeLessThanOrEqual(2 ** -24);
    }
  });

  it('saturates', () => {
    expect(apply('sigmoid', {}, 100, -200, Infinity, -Infinity, NaN)).toEqual([1, 0, 1, 0, NaN]);
  });
});
