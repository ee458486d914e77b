import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

const image = float32Tensor([2, 1, 2, 2], [1, 2, 3, 4, 5, 6, 7, NaN]);

describe('reshape', () => {
  it('keeps the order of the elements', () => {
    const other = runOp('reshape', { shape: [4, 2] }, [image]);
    expect(other.shape).toEqual([4, 2]);
    expect(valuesOf(other)).toEqual(valuesOf(image));
  });

  it('copies, so that nobody writes into the input by writing into the output', () => {
    runOp('reshape', { shape: [8] }, [image]).data[0] = 100;
    expect(image.data[0]).toBe(1);
  });
});
