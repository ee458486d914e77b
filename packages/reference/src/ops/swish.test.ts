import { describe, expect, it } from 'vitest';
import { apply } from '../testing/run-op.js';

describe('swish', () => {
  it('is x / (1 + e⁻ˣ), rounded once', () => {
    const e = Math.E;
    const expected = [0, e / (e + 1), -1 / (e + 1), (2 * e * e) / (e * e + 1)].map(Math.fround);
    expect(apply('swish', {}, 0, 1, -1, 2)).toEqual(expected);
  });

  it('follows its formula far out: 0 from below, and NaN at −∞', () => {
    expect(apply('swish', {}, 100, -1000, Infinity, -Infinity, NaN)).toEqual([100, -0, Infinity, NaN, NaN]);
  });
});
