import { describe, expect, it } from 'vitest';
import { inferShape } from '../testing/infer-op.js';

describe('dense', () => {
  it('gives [N, C_out]', () => {
    expect(inferShape('dense', {}, [3, 5], [5, 7], [7])).toEqual([3, 7]);
  });

  it('names dimension and both numbers', () => {
    expect(() => inferShape('dense', {}, [3, 5], [4, 7])).toThrow(
      'dense "node": the weight is 4×7, but dimension 0 (C_in) must be 5, not 4',
    );
    expect(() => inferShape('dense', {}, [3, 5], [5, 7], [5])).toThrow(
      'the bias is 5, but dimension 0 (C_out) must be 7, not 5',
    );
    expect(() => inferShape('dense', {}, [1, 1, 1, 5], [5, 7])).toThrow(
      'needs rows [N, C_in] of 2 dimensions, not 1×1×1×5: flatten the image first',
    );
  });
});
