import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

// Two images of 1×2 pixels with 2 channels.
const input = float32Tensor([2, 1, 2, 2], [1, 10, 3, -10, 5, NaN, 7, 1]);

describe('global-average-pool2d', () => {
  it('takes the mean of each channel of each image', () => {
    const output = runOp('global-average-pool2d', {}, [input]);
    expect(output.shape).toEqual([2, 1, 1, 2]);
    expect(valuesOf(output)).toEqual([2, 0, 6, NaN]);
  });
});
