import { describe, expect, it } from 'vitest';
import { inferShape } from '../testing/infer-op.js';

describe('softmax', () => {
  it('keeps the shape', () => {
    expect(inferShape('softmax', { axis: 1 }, [2, 1000])).toEqual([2, 1000]);
    expect(inferShape('softmax', { axis: 0 }, [2, 3, 4])).toEqual([2, 3, 4]);
  });

  it.each([2, -1, 0.5])('refuses the axis %s', (axis) => {
    expect(() => inferShape('softmax', { axis }, [5, 7])).toThrow(
      `softmax "node": axis must be an integer from 0 to 1, not ${axis}`,
    );
  });
});
