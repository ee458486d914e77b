import { describe, expect, it } from 'vitest';
import { inferShape, inferTypesOf } from '../testing/infer-op.js';

describe('abs', () => {
  it('keeps shape and element type', () => {
    expect(inferShape('abs', {}, [2, 3, 5, 7])).toEqual([2, 3, 5, 7]);
    expect(inferTypesOf('abs', {}, [{ shape: [4], dtype: 'float16' }])).toEqual({
      shape: [4],
      dtype: 'float16',
    });
  });

  it('takes one input', () => {
    expect(() => inferShape('abs', {}, [1], [1])).toThrow('abs "node": needs 1 inputs, but has 2');
  });
});
