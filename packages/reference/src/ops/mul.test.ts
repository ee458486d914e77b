import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

const matrix = float32Tensor([2, 2], [1, 2, 3, 4]);

describe('mul', () => {
  it('multiplies equal shapes element by element', () => {
    expect(valuesOf(runOp('mul', {}, [matrix, matrix]))).toEqual([1, 4, 9, 16]);
  });

  it('gates an image by channel, as squeeze-and-excite does', () => {
    const image = float32Tensor([2, 1, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
    const gate = float32Tensor([2, 1, 1, 2], [1, 10, 100, 1000]);
    expect(valuesOf(runOp('mul', {}, [image, gate]))).toEqual([1, 20, 3, 40, 500, 6000, 700, 8000]);
  });

  it('takes a scalar', () => {
    expect(valuesOf(runOp('mul', {}, [matrix, float32Tensor([], [2])]))).toEqual([2, 4, 6, 8]);
  });

  it('follows IEEE 754 for what is not finite, and overflows to infinity', () => {
    const a = float32Tensor([4], [Infinity, Infinity, NaN, 3e38]);
    const b = float32Tensor([4], [-Infinity, 0, 1, 3e38]);
    expect(valuesOf(runOp('mul', {}, [a, b]))).toEqual([-Infinity, NaN, NaN, Infinity]);
  });
});
