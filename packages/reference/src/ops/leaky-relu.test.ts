import { describe, expect, it } from 'vitest';
import { apply } from '../testing/run-op.js';

describe('leaky-relu', () => {
  it('multiplies what is below 0', () => {
    expect(apply('leaky-relu', { slope: 0.25 }, -8, -0, 0, 8)).toEqual([-2, -0, 0, 8]);
    expect(apply('leaky-relu', { slope: 0.25 }, -Infinity, Infinity, NaN)).toEqual([
      -Infinity,
      Infinity,
      NaN,
    ]);
    // A slope above 1 or below 0 is as good as any.
    expect(apply('leaky-relu', { slope: 2 }, -8, 8)).toEqual([-16, 8]);
    expect(apply('leaky-relu', { slope: -1 }, -8, 8)).toEqual([8, 8]);
  });
});
