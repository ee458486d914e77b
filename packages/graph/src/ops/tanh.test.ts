import { describe, expect, it } from 'vitest';
import { inferShape, inferTypesOf } from '../testing/infer-op.js';

describe('tanh', () => {
  it('keeps shape and element type', () => {
    expect(inferShape('tanh', {}, [2, 3, 5, 7])).toEqual([2, 3, 5, 7]);
    expect(inferTypesOf('tanh', {}, [{ shape: [4], dtype: 'float16' }])).toEqual({
      shape: [4],
      dtype: 'float16',
    });
  });

  it('takes one input', () => {
    expect(() => inferShape('tanh', {}, [1], [1])).toThrow('tanh "node": needs 1 inputs, but has 2');
  });
});
