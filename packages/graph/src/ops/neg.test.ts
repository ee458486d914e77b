import { describe, expect, it } from 'vitest';
import { inferShape, inferTypesOf } from '../testing/infer-op.js';

describe('neg', () => {
  it('keeps shape and element type', () => {
    expect(inferShape('neg', {}, [2, 3, 5, 7])).toEqual([2, 3, 5, 7]);
    expect(inferTypesOf('neg', {}, [{ shape: [4], dtype: 'float16' }])).toEqual({
      shape: [4],
      dtype: 'float16',
    });
  });

  it('takes one input', () => {
    expect(() => inferShape('neg', {}, [1], [1])).toThrow('neg "node": needs 1 inputs, but has 2');
  });
});
