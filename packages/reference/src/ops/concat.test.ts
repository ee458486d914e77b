import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

describe('concat', () => {
  const a = float32Tensor([2, 1, 2], [1, 2, 3, 4]);

  it('joins channels', () => {
    const b = float32Tensor([2, 1, 1], [10, 20]);
    const output = runOp('concat', { axis: 2 }, [a, b, a]);
    expect(output.shape).toEqual([2, 1, 5]);
    expect(valuesOf(output)).toEqual([1, 2, 10, 1, 2, 3, 4, 20, 3, 4]);
  });

  it('joins along the first and a middle dimension', () => {
    const b = float32Tensor([1, 1, 2], [10, 20]);
    expect(valuesOf(runOp('concat', { axis: 0 }, [b, a]))).toEqual([10, 20, 1, 2, 3, 4]);
    const c = float32Tensor([2, 2, 2], [5, 6, 7, 8, NaN, 10, 11, 12]);
    expect(valuesOf(runOp('concat', { axis: 1 }, [a, c]))).toEqual([1, 2, 5, 6, 7, 8, 3, 4, NaN, 10, 11, 12]);
  });
});
