import { describe, expect, it } from 'vitest';
import { apply } from '../testing/run-op.js';

describe('gelu', () => {
  it('weights by the normal distribution', () => {
    // Φ(1) = 0.8413447461, Φ(2) = 0.9772498681: a table of the normal distribution.
    const [one, minusOne, two, minusTwo] = apply('gelu', { approximate: 'none' }, 1, -1, 2, -2);
    expect(one).toBeCloseTo(0.8413447, 6);
    expect(minusOne).toBeCloseTo(-0.1586553, 6);
    expect(two).toBeCloseTo(1.9544997, 6);
    expect(minusTwo).toBeCloseTo(-0.0455003, 6);
  });

  it('keeps its digits far below 0', () => {
    // Φ(−10) = 7.6198530242e−24.
    const [value] = apply('gelu', { approximate: 'none' }, -10);
    expect(value! / -7.6198530242e-23).toBeCloseTo(1, 6);
  });

  it('is approximated by tanh', () => {
    // y = √(2/π) · 1.044715 = 0.83355; tanh y = 0.68239.
    const [one, minusOne] = apply('gelu', { approximate: 'tanh' }, 1, -1);
    expect(one).toBeCloseTo((1 + Math.tanh(Math.sqrt(2 / Math.PI) * 1.044715)) / 2, 6);
    expect(one).toBeCloseTo(0.841192, 6);
    expect(minusOne).toBeCloseTo(0.841192 - 1, 6);
  });

  it.each(['none', 'tanh'] as const)('has limits with approximate %s', (approximate) => {
    expect(apply('gelu', { approximate }, 0, 1e30, Infinity, NaN)).toEqual([
      0,
      Math.fround(1e30),
      Infinity,
      NaN,
    ]);
    // −∞ · 0.
    expect(apply('gelu', { approximate }, -1e30, -Infinity)).toEqual([-0, NaN]);
  });
});
