import { describe, expect, it } from 'vitest';
import { apply } from '../testing/run-op.js';

describe('hard-swish', () => {
  it('multiplies by the clamped line', () => {
    // x·(x + 3)/6 between −3 and 3: −1·2/6, 0, 1·4/6, 2·5/6.
    const middle = [-1 / 3, 0, 2 / 3, 5 / 3].map(Math.fround);
    expect(apply('hard-swish', {}, -1, 0, 1, 2)).toEqual(middle);
    expect(apply('hard-swish', {}, -4, -3, 3, 10)).toEqual([-0, -0, 3, 10]);
  });

  it('follows its formula where the input is not finite', () => {
    expect(apply('hard-swish', {}, NaN, Infinity, -Infinity)).toEqual([NaN, Infinity, NaN]);
  });
});
