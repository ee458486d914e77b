import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

const image = float32Tensor([2, 1, 2, 2], [1, 2, 3, 4, 5, 6, 7, NaN]);

describe('flatten', () => {
  it('keeps the batch and the order of the elements', () => {
    const rows = runOp('flatten', {}, [image]);
    expect(rows.shape).toEqual([2, 4]);
    expect(valuesOf(rows)).toEqual(valuesOf(image));
  });

  it('copies, so that nobody writes into the input by writing into the output', () => {
    runOp('flatten', {}, [image]).data[0] = 100;
    expect(image.data[0]).toBe(1);
  });
});
