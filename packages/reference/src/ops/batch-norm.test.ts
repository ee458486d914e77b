import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

describe('batch-norm', () => {
  it('normalizes each channel of the last dimension', () => {
    // Channel 0: 2·(x − 1)/√(3 + 1) + 10; channel 1: −1·(x − 0)/√(0 + 1) + 0.
    const output = runOp('batch-norm', { epsilon: 1 }, [
      float32Tensor([1, 1, 2, 2], [1, 5, 4, NaN]),
      float32Tensor([2], [2, -1]),
      float32Tensor([2], [10, 0]),
      float32Tensor([2], [1, 0]),
      float32Tensor([2], [3, 0]),
    ]);
    expect(valuesOf(output)).toEqual([10, -5, 13, NaN]);
  });
});
