import { describe, expect, it } from 'vitest';
import { inferShape } from '../testing/infer-op.js';

describe('clamp', () => {
  it('keeps the shape, whichever bounds it has', () => {
    for (const bounds of [{}, { min: 0 }, { max: 6 }, { min: 1, max: 1 }]) {
      expect(inferShape('clamp', bounds, [2, 3])).toEqual([2, 3]);
    }
  });

  it('refuses crossed bounds', () => {
    expect(() => inferShape('clamp', { min: 2, max: 1 }, [2])).toThrow(
      'clamp "node": min must not be above max, but they are 2 and 1',
    );
  });

  it('refuses bounds that JSON would lose: infinite ones are left out instead', () => {
    expect(() => inferShape('clamp', { min: -Infinity, max: 1 }, [2])).toThrow(
      'min must be a finite number, not -Infinity',
    );
    expect(() => inferShape('clamp', { max: NaN }, [2])).toThrow('max must be a finite number, not NaN');
    expect(() => inferShape('clamp', { max: null } as never, [2])).toThrow('not null');
  });
});
