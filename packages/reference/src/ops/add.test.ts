import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

const matrix = float32Tensor([2, 2], [1, 2, 3, 4]);

describe('add', () => {
  it('adds equal shapes element by element', () => {
    expect(valuesOf(runOp('add', {}, [matrix, matrix]))).toEqual([2, 4, 6, 8]);
  });

  it('stretches a dimension of 1, and a missing one, on either side', () => {
    const row = float32Tensor([2], [10, 20]);
    const column = float32Tensor([2, 1], [10, 20]);
    expect(valuesOf(runOp('add', {}, [matrix, row]))).toEqual([11, 22, 13, 24]);
    expect(valuesOf(runOp('add', {}, [column, matrix]))).toEqual([11, 12, 23, 24]);
    const both = runOp('add', {}, [column, row]);
    expect(both.shape).toEqual([2, 2]);
    expect(valuesOf(both)).toEqual([20, 30, 30, 40]);
  });

  it('rounds once, ties to even', () => {
    const sums = runOp('add', {}, [float32Tensor([2], [2 ** 24, 2 ** 24]), float32Tensor([2], [1, 3])]);
    expect(valuesOf(sums)).toEqual([2 ** 24, 2 ** 24 + 4]);
  });

  it('follows IEEE 754 for what is not finite, and overflows to infinity', () => {
    const a = float32Tensor([4], [Infinity, Infinity, NaN, 3e38]);
    const b = float32Tensor([4], [-Infinity, 0, 1, 3e38]);
    expect(valuesOf(runOp('add', {}, [a, b]))).toEqual([NaN, Infinity, NaN, Infinity]);
  });
});
