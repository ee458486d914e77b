import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

const table = float32Tensor([3, 4], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);

describe('slice', () => {
  it('takes a part of each dimension', () => {
    const part = runOp('slice', { starts: [1, 1], ends: [3, 3], steps: [1, 1] }, [table]);
    expect(part.shape).toEqual([2, 2]);
    expect(valuesOf(part)).toEqual([6, 7, 10, 11]);
  });

  it('takes every second position, and runs backwards', () => {
    expect(valuesOf(runOp('slice', { starts: [0, 1], ends: [3, 4], steps: [2, 2] }, [table]))).toEqual([
      2, 4, 10, 12,
    ]);
    expect(valuesOf(runOp('slice', { starts: [2, 3], ends: [1, -1], steps: [-1, -1] }, [table]))).toEqual([
      12, 11, 10, 9,
    ]);
  });
});
