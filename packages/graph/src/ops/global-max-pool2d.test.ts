import { describe, expect, it } from 'vitest';
import { inferShape } from '../testing/infer-op.js';

describe('global-max-pool2d', () => {
  it('gives [N, 1, 1, C]', () => {
    expect(inferShape('global-max-pool2d', {}, [2, 8, 10, 6])).toEqual([2, 1, 1, 6]);
  });

  it('needs an image', () => {
    expect(() => inferShape('global-max-pool2d', {}, [2, 6])).toThrow(
      'global-max-pool2d "node": needs an image [N, H, W, C] of 4 dimensions, not 2×6 of 2',
    );
  });
});
