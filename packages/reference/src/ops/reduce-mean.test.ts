import { createRandom, float32Tensor, randomTensor } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { runOp, valuesOf } from '../testing/run-op.js';

const table = float32Tensor([2, 3], [1, 2, 3, 5, 7, 9]);

describe('reduce-mean', () => {
  it('averages rows, columns, and everything', () => {
    expect(valuesOf(runOp('reduce-mean', { axes: [1], keepDimensions: false }, [table]))).toEqual([2, 7]);
    expect(valuesOf(runOp('reduce-mean', { axes: [0], keepDimensions: true }, [table]))).toEqual([3, 4.5, 6]);
    expect(valuesOf(runOp('reduce-mean', { axes: [0, 1], keepDimensions: false }, [table]))).toEqual([4.5]);
  });

  it('over height and width is global average pooling', () => {
    const image = randomTensor([2, 3, 5, 4], createRandom(1));
    expect(runOp('reduce-mean', { axes: [1, 2], keepDimensions: true }, [image])).toEqual(
      runOp('global-average-pool2d', {}, [image]),
    );
  });
});
