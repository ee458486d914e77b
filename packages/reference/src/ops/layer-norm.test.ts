import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

const row = (...values: number[]) => float32Tensor([values.length], values);

describe('layer-norm', () => {
  it('normalizes each row by its own mean and variance', () => {
    // Means 3 and 10, variances 4 and 36: both rows are −1, 1.
    const input = float32Tensor([1, 2, 1, 2], [1, 5, 4, 16]);
    const output = runOp('layer-norm', { epsilon: 0 }, [input, row(2, 3), row(10, 20)]);
    expect(valuesOf(output)).toEqual([8, 23, 8, 23]);
  });

  it('adds epsilon to the variance', () => {
    // Variance 4 + 5 = 9.
    const output = runOp('layer-norm', { epsilon: 5 }, [float32Tensor([1, 2], [1, 5]), row(3, 3), row(0, 0)]);
    expect(valuesOf(output)).toEqual([-2, 2]);
  });

  it('makes the shift of a row of equal numbers, and NaN of all beside a NaN or an infinity', () => {
    const normalize = (...values: number[]) =>
      valuesOf(runOp('layer-norm', { epsilon: 1 }, [float32Tensor([1, 2], values), row(1, 1), row(7, 8)]));
    expect(normalize(3, 3)).toEqual([7, 8]);
    expect(normalize(3, NaN)).toEqual([NaN, NaN]);
    expect(normalize(3, Infinity)).toEqual([NaN, NaN]);
  });
});
