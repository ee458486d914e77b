import { describe, expect, it } from 'vitest';
import { inferShape } from '../testing/infer-op.js';

const image = [2, 8, 10, 6];

describe('pointwise-conv2d', () => {
  it('gives [N, H, W, C_out]', () => {
    expect(inferShape('pointwise-conv2d', {}, image, [1, 1, 6, 16], [16])).toEqual([2, 8, 10, 16]);
  });

  it('names dimension and both numbers', () => {
    expect(() => inferShape('pointwise-conv2d', {}, image, [1, 1, 5, 16])).toThrow(
      'pointwise-conv2d "node": the weight is 1×1×5×16, but dimension 2 (C_in) must be 6, not 5',
    );
    expect(() => inferShape('pointwise-conv2d', {}, image, [1, 3, 6, 16])).toThrow(
      'the weight is 1×3×6×16, but dimension 1 (1) must be 1, not 3',
    );
    expect(() => inferShape('pointwise-conv2d', {}, image, [6, 16])).toThrow(
      'the weight must be [1, 1, C_in, C_out], but is 6×16',
    );
    expect(() => inferShape('pointwise-conv2d', {}, image, [1, 1, 6, 16], [1])).toThrow(
      'the bias is 1, but dimension 0 (C_out) must be 16, not 1',
    );
  });
});
