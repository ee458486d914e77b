import { describe, expect, it } from 'vitest';
import { apply } from '../testing/run-op.js';

describe('relu', () => {
  it('keeps what is above 0, and NaN', () => {
    expect(apply('relu', {}, -1, 0, 2, Infinity, -Infinity, NaN)).toEqual([0, 0, 2, Infinity, 0, NaN]);
  });
});
