import { describe, expect, it } from 'vitest';
import { inferShape, inferTypesOf } from '../testing/infer-op.js';

describe('sqrt', () => {
  it('keeps shape and element type', () => {
    expect(inferShape('sqrt', {}, [2, 3, 5, 7])).toEqual([2, 3, 5, 7]);
    expect(inferTypesOf('sqrt', {}, [{ shape: [4], dtype: 'float16' }])).toEqual({
      shape: [4],
      dtype: 'float16',
    });
  });

  it('takes one input', () => {
    expect(() => inferShape('sqrt', {}, [1], [1])).toThrow('sqrt "node": needs 1 inputs, but has 2');
  });
});
