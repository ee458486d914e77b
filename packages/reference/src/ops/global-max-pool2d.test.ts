import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

// Two images of 1×2 pixels with 2 channels.
const input = float32Tensor([2, 1, 2, 2], [1, 10, 3, -10, 5, NaN, 7, 1]);

describe('global-max-pool2d', () => {
  it('takes the largest of each channel of each image, NaN winning', () => {
    const output = runOp('global-max-pool2d', {}, [input]);
    expect(output.shape).toEqual([2, 1, 1, 2]);
    expect(valuesOf(output)).toEqual([3, 10, 7, NaN]);
  });
});
