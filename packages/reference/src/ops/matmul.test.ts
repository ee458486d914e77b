import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

describe('matmul', () => {
  it('multiplies rows by columns', () => {
    const a = float32Tensor([2, 3], [1, 2, 3, 4, 5, 6]);
    const b = float32Tensor([3, 2], [1, 10, 100, 2, 20, 200]);
    expect(valuesOf(runOp('matmul', {}, [a, b]))).toEqual([261, 614, 624, 1250]);
  });

  it('gives every matrix its own partner, or all the same', () => {
    const a = float32Tensor([2, 1, 2], [1, 2, 3, 4]);
    const b = float32Tensor([2, 2, 1], [10, 1, 100, 1000]);
    expect(valuesOf(runOp('matmul', {}, [a, b]))).toEqual([12, 4300]);
    const one = float32Tensor([1, 2, 1], [10, 1]);
    expect(valuesOf(runOp('matmul', {}, [a, one]))).toEqual([12, 34]);
    const row = float32Tensor([1, 1, 2], [1, 2]);
    expect(valuesOf(runOp('matmul', {}, [row, b]))).toEqual([12, 2100]);
  });
});
