import { describe, expect, it } from 'vitest';
import { inferShape, plainWindow } from '../testing/infer-op.js';

const image = [2, 8, 10, 6];

describe('depthwise-conv2d', () => {
  it('gives [N, H′, W′, C · M]', () => {
    expect(inferShape('depthwise-conv2d', plainWindow, image, [3, 5, 6, 1])).toEqual([2, 6, 6, 6]);
    expect(inferShape('depthwise-conv2d', plainWindow, image, [3, 5, 6, 2], [12])).toEqual([2, 6, 6, 12]);
    const strided = { ...plainWindow, strides: [2, 3] } as const;
    expect(inferShape('depthwise-conv2d', strided, image, [1, 1, 6, 1])).toEqual([2, 4, 4, 6]);
  });

  it('names dimension and both numbers', () => {
    expect(() => inferShape('depthwise-conv2d', plainWindow, image, [3, 3, 5, 1])).toThrow(
      'depthwise-conv2d "node": the weight is 3×3×5×1, but dimension 2 (C) must be 6, not 5',
    );
    expect(() => inferShape('depthwise-conv2d', plainWindow, image, [3, 3, 6])).toThrow(
      'the weight must be [K_h, K_w, C, M], but is 3×3×6',
    );
    expect(() => inferShape('depthwise-conv2d', plainWindow, image, [3, 3, 6, 2], [6])).toThrow(
      'the bias is 6, but dimension 0 (C · M) must be 12, not 6',
    );
    expect(() => inferShape('depthwise-conv2d', plainWindow, image, [9, 1, 6, 1])).toThrow(
      'the window spans 9 pixels of height, but the padded input has only 8',
    );
  });
});
