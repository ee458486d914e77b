import { describe, expect, it } from 'vitest';
import { inferShape, inferTypesOf } from '../testing/infer-op.js';

describe('relu', () => {
  it('keeps shape and element type', () => {
    expect(inferShape('relu', {}, [2, 3, 5, 7])).toEqual([2, 3, 5, 7]);
    expect(inferTypesOf('relu', {}, [{ shape: [4], dtype: 'float16' }])).toEqual({
      shape: [4],
      dtype: 'float16',
    });
  });

  it('takes one input', () => {
    expect(() => inferShape('relu', {}, [1], [1])).toThrow('relu "node": needs 1 inputs, but has 2');
  });
});
