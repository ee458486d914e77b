import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

describe('pad', () => {
  it('puts a border of the value around', () => {
    const output = runOp('pad', { before: [0, 1], after: [1, 2], value: 9 }, [
      float32Tensor([2, 2], [1, 2, 3, 4]),
    ]);
    expect(output.shape).toEqual([3, 5]);
    expect(valuesOf(output)).toEqual([9, 1, 2, 9, 9, 9, 3, 4, 9, 9, 9, 9, 9, 9, 9]);
  });
});
