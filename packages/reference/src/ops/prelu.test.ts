import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

describe('prelu', () => {
  const input = float32Tensor([1, 2, 1, 2], [-8, -8, 4, NaN]);

  it('has a slope for each channel', () => {
    expect(valuesOf(runOp('prelu', {}, [input, float32Tensor([2], [0.25, 0.5])]))).toEqual([-2, -4, 4, NaN]);
  });

  it('has a slope for each pixel, or one for all', () => {
    expect(valuesOf(runOp('prelu', {}, [input, float32Tensor([2, 1, 1], [2, 3])]))).toEqual([
      -16,
      -16,
      4,
      NaN,
    ]);
    expect(valuesOf(runOp('prelu', {}, [input, float32Tensor([], [2])]))).toEqual([-16, -16, 4, NaN]);
  });
});
