import { describe, expect, it } from 'vitest';
import { inferShape, inferTypesOf } from '../testing/infer-op.js';

describe('erf', () => {
  it('keeps shape and element type', () => {
    expect(inferShape('erf', {}, [2, 3, 5, 7])).toEqual([2, 3, 5, 7]);
    expect(inferTypesOf('erf', {}, [{ shape: [4], dtype: 'float16' }])).toEqual({
      shape: [4],
      dtype: 'float16',
    });
  });

  it('takes one input', () => {
    expect(() => inferShape('erf', {}, [1], [1])).toThrow('erf "node": needs 1 inputs, but has 2');
  });
});
