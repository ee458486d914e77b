import { describe, expect, it } from 'vitest';
import { inferShape, inferTypesOf } from '../testing/infer-op.js';

describe('sigmoid', () => {
  it('keeps shape and element type', () => {
    expect(inferShape('sigmoid', {}, [2, 3, 5, 7])).toEqual([2, 3, 5, 7]);
    expect(inferTypesOf('sigmoid', {}, [{ shape: [4], dtype: 'float16' }])).toEqual({
      shape: [4],
      dtype: 'float16',
    });
  });

  it('takes one input', () => {
    expect(() => inferShape('sigmoid', {}, [1], [1])).toThrow('sigmoid "node": needs 1 inputs, but has 2');
  });
});
