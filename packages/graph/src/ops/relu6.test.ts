import { describe, expect, it } from 'vitest';
import { inferShape, inferTypesOf } from '../testing/infer-op.js';

describe('relu6', () => {
  it('keeps shape and element type', () => {
    expect(inferShape('relu6', {}, [2, 3, 5, 7])).toEqual([2, 3, 5, 7]);
    expect(inferTypesOf('relu6', {}, [{ shape: [4], dtype: 'float16' }])).toEqual({
      shape: [4],
      dtype: 'float16',
    });
  });

  it('takes one input', () => {
    expect(() => inferShape('relu6', {}, [1], [1])).toThrow('relu6 "node": needs 1 inputs, but has 2');
  });
});
