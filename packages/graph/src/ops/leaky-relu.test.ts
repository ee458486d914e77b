import { describe, expect, it } from 'vitest';
import { inferShape } from '../testing/infer-op.js';

describe('leaky-relu', () => {
  it('keeps the shape, whatever the slope', () => {
    for (const slope of [0.01, 0, 2, -1]) expect(inferShape('leaky-relu', { slope }, [2, 3])).toEqual([2, 3]);
  });

  it('needs a finite slope', () => {
    expect(() => inferShape('leaky-relu', { slope: Infinity }, [2])).toThrow(
      'leaky-relu "node": the slope must be a finite number, not Infinity',
    );
  });
});
