import { describe, expect, it } from 'vitest';
import { inferShape } from '../testing/infer-op.js';

describe('matmul', () => {
  it('multiplies matrices, each with its own or all with one', () => {
    expect(inferShape('matmul', {}, [3, 4], [4, 5])).toEqual([3, 5]);
    expect(inferShape('matmul', {}, [2, 6, 3, 4], [2, 6, 4, 5])).toEqual([2, 6, 3, 5]);
    expect(inferShape('matmul', {}, [1, 1, 3, 4], [2, 6, 4, 5])).toEqual([2, 6, 3, 5]);
    expect(inferShape('matmul', {}, [2, 3, 4], [1, 4, 5])).toEqual([2, 3, 5]);
  });

  it('names the dimensions that do not fit', () => {
    expect(() => inferShape('matmul', {}, [3, 4], [5, 4])).toThrow(
      'matmul "node": 4 columns of the first input do not fit 5 rows of the second: 3×4 and 5×4',
    );
    expect(() => inferShape('matmul', {}, [2, 3, 4], [4, 5])).toThrow('as many dimensions, at least 2');
    expect(() => inferShape('matmul', {}, [4], [4])).toThrow('as many dimensions, at least 2');
    expect(() => inferShape('matmul', {}, [2, 1, 3, 4], [1, 6, 4, 5])).toThrow(
      'the leading dimensions must be the same, or all 1 in one of its inputs, but they are 2×1×3×4 and 1×6×4×5',
    );
  });
});
