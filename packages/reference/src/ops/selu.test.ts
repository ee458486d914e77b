import { describe, expect, it } from 'vitest';
import { apply } from '../testing/run-op.js';

describe('selu', () => {
  it('is a scaled ELU', () => {
    const [half] = apply('selu', { alpha: 3, scale: 2 }, -Math.LN2);
    expect(half).toBeCloseTo(-3, 6);
    expect(apply('selu', { alpha: 3, scale: 2 }, -Infinity, 0, 2, Infinity, NaN)).toEqual([
      -6,
      0,
      4,
      Infinity,
      NaN,
    ]);
  });
});
