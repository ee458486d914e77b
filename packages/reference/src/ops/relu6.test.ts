import { describe, expect, it } from 'vitest';
import { apply } from '../testing/run-op.js';

describe('relu6', () => {
  it('keeps what is between 0 and 6, and NaN', () => {
    expect(apply('relu6', {}, -1, 3, 6, 7, Infinity, -Infinity, NaN)).toEqual([0, 3, 6, 6, 6, 0, NaN]);
  });
});
