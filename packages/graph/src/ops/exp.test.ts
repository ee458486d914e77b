import { describe, expect, it } from 'vitest';
import { inferShape, inferTypesOf } from '../testing/infer-op.js';

describe('exp', () => {
  it('keeps shape and element type', () => {
    expect(inferShape('exp', {}, [2, 3, 5, 7])).toEqual([2, 3, 5, 7]);
    expect(inferTypesOf('exp', {}, [{ shape: [4], dtype: 'float16' }])).toEqual({
      shape: [4],
      dtype: 'float16',
    });
  });

  it('takes one input', () => {
    expect(() => inferShape('exp', {}, [1], [1])).toThrow('exp "node": needs 1 inputs, but has 2');
  });
});
