import { float32Tensor, zeros } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { createMacCounter } from '../mac-counter.js';
import { runOp, valuesOf } from '../testing/run-op.js';

describe('dense', () => {
  it('multiplies rows by the matrix and adds the bias', () => {
    // (1, 2) and (3, 4) times (1 10 / 100 1000).
    const rows = float32Tensor([2, 2], [1, 2, 3, 4]);
    const weight = float32Tensor([2, 2], [1, 10, 100, 1000]);
    expect(valuesOf(runOp('dense', {}, [rows, weight]))).toEqual([201, 2010, 403, 4030]);
    const bias = float32Tensor([2], [-1, 0.5]);
    expect(valuesOf(runOp('dense', {}, [rows, weight, bias]))).toEqual([200, 2010.5, 402, 4030.5]);
  });

  it('lets a zero weight meet an infinity', () => {
    const output = runOp('dense', {}, [
      float32Tensor([1, 2], [Infinity, 1]),
      float32Tensor([2, 2], [0, 1, 1, 1]),
    ]);
    expect(valuesOf(output)).toEqual([NaN, Infinity]);
  });

  it('counts C_in · C_out multiply-adds per row', () => {
    const counter = createMacCounter();
    runOp('dense', {}, [zeros('float32', [3, 5]), zeros('float32', [5, 2])], counter);
    expect(counter.total).toBe(30);
  });
});
