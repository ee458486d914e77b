import { describe, expect, it } from 'vitest';
import { inferShape, plainWindow } from '../testing/infer-op.js';

const attributes = { ...plainWindow, window: [2, 3] } as const;

describe('max-pool2d', () => {
  it('gives [N, H′, W′, C]', () => {
    expect(inferShape('max-pool2d', attributes, [2, 8, 10, 6])).toEqual([2, 7, 8, 6]);
    const strided = { ...attributes, strides: [2, 2], dilations: [2, 1] } as const;
    expect(inferShape('max-pool2d', strided, [2, 8, 10, 6])).toEqual([2, 3, 4, 6]);
  });

  it('refuses a window that does not fit or is none', () => {
    expect(() => inferShape('max-pool2d', attributes, [2, 1, 10, 6])).toThrow(
      'max-pool2d "node": the window spans 2 pixels of height, but the padded input has only 1 (1 and 0 of padding)',
    );
    expect(() => inferShape('max-pool2d', { ...attributes, window: [2, 0] }, [2, 8, 10, 6])).toThrow(
      "the window's width must be an integer of at least 1, not 0",
    );
    expect(() => inferShape('max-pool2d', attributes, [2, 6])).toThrow('of 4 dimensions, not 2×6 of 2');
  });
});
