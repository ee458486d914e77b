import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

describe('transpose', () => {
  it('swaps rows and columns', () => {
    const table = float32Tensor([2, 3], [1, 2, 3, 4, 5, 6]);
    const turned = runOp('transpose', { permutation: [1, 0] }, [table]);
    expect(turned.shape).toEqual([3, 2]);
    expect(valuesOf(turned)).toEqual([1, 4, 2, 5, 3, 6]);
  });

  it('makes NCHW of NHWC, and its inverse makes NHWC again', () => {
    const image = float32Tensor([1, 2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const planes = runOp('transpose', { permutation: [0, 3, 1, 2] }, [image]);
    expect(valuesOf(planes)).toEqual([1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12]);
    expect(runOp('transpose', { permutation: [0, 2, 3, 1] }, [planes])).toEqual(image);
  });
});
