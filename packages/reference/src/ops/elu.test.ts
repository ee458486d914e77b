import { describe, expect, it } from 'vitest';
import { apply } from '../testing/run-op.js';

describe('elu', () => {
  it('bends below 0 towards −alpha', () => {
    // e^−ln 2 − 1 = −1/2.
    const [half] = apply('elu', { alpha: 3 }, -Math.LN2);
    expect(half).toBeCloseTo(-1.5, 6);
    expect(apply('elu', { alpha: 3 }, -Infinity, -200, 0, 2, Infinity, NaN)).toEqual([
      -3,
      -3,
      0,
      2,
      Infinity,
      NaN,
    ]);
  });

  it('keeps its digits near 0', () => {
    expect(apply('elu', { alpha: 1 }, -(2 ** -40))).toEqual([-(2 ** -40)]);
  });
});
