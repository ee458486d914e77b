import { describe, expect, it } from 'vitest';
import { inferShape, inferTypesOf } from '../testing/infer-op.js';

describe('swish', () => {
  it('keeps shape and element type', () => {
    expect(inferShape('swish', {}, [2, 3, 5, 7])).toEqual([2, 3, 5, 7]);
    expect(inferTypesOf('swish', {}, [{ shape: [4], dtype: 'float16' }])).toEqual({
      shape: [4],
      dtype: 'float16',
    });
  });

  it('takes one input', () => {
    expect(() => inferShape('swish', {}, [1], [1])).toThrow('swish "node": needs 1 inputs, but has 2');
  });
});
