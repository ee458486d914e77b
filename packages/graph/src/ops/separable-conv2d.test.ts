import { describe, expect, it } from 'vitest';
import { inferShape, plainWindow } from '../testing/infer-op.js';

const image = [2, 8, 10, 6];

describe('separable-conv2d', () => {
  it('gives the shape of the depthwise step with the channels of the pointwise step', () => {
    const strided = { ...plainWindow, strides: [2, 2] } as const;
    const shape = inferShape('separable-conv2d', strided, image, [3, 3, 6, 2], [1, 1, 12, 5], [5]);
    expect(shape).toEqual([2, 3, 4, 5]);
  });

  it('checks both weights, under its own name', () => {
    expect(() => inferShape('separable-conv2d', plainWindow, image, [3, 3, 5, 1], [1, 1, 6, 5])).toThrow(
      'separable-conv2d "node": the weight is 3×3×5×1, but dimension 2 (C) must be 6, not 5',
    );
    expect(() => inferShape('separable-conv2d', plainWindow, image, [3, 3, 6, 2], [1, 1, 6, 5])).toThrow(
      'separable-conv2d "node": the weight is 1×1×6×5, but dimension 2 (C_in) must be 12, not 6',
    );
    expect(() => inferShape('separable-conv2d', plainWindow, image, [3, 3, 6, 1])).toThrow(
      'needs 3 to 4 inputs',
    );
  });
});
