import { describe, expect, it } from 'vitest';
import { apply } from '../testing/run-op.js';

describe('clamp', () => {
  it('binds on the sides that it has', () => {
    expect(apply('clamp', { min: -1, max: 2 }, -5, 0, 5, NaN)).toEqual([-1, 0, 2, NaN]);
    expect(apply('clamp', { min: -1 }, -5, 5, Infinity)).toEqual([-1, 5, Infinity]);
    expect(apply('clamp', { max: 0.1 }, -Infinity, 1)).toEqual([-Infinity, Math.fround(0.1)]);
    expect(apply('clamp', {}, -5, 5, NaN)).toEqual([-5, 5, NaN]);
  });
});
