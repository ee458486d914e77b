import { describe, expect, it } from 'vitest';
import { inferShape } from '../testing/infer-op.js';

describe('selu', () => {
  it('keeps the shape', () => {
    expect(inferShape('selu', { alpha: 1.67, scale: 1.05 }, [2, 3])).toEqual([2, 3]);
  });

  it('needs two finite numbers', () => {
    expect(() => inferShape('selu', { alpha: NaN, scale: 1 }, [2])).toThrow(
      'selu "node": alpha must be a finite number, not NaN',
    );
    expect(() => inferShape('selu', { alpha: 1, scale: Infinity }, [2])).toThrow(
      'the scale must be a finite number, not Infinity',
    );
  });
});
