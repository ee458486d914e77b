import { describe, expect, it } from 'vitest';
import { inferShape, inferTypesOf, plainWindow } from '../testing/infer-op.js';
import { bytes } from '../testing/quantized-types.js';

const attributes = { ...plainWindow, window: [2, 3], countIncludePadding: false } as const;

describe('average-pool2d', () => {
  it('gives [N, H′, W′, C]', () => {
    expect(inferShape('average-pool2d', attributes, [2, 8, 10, 6])).toEqual([2, 7, 8, 6]);
    const strided = { ...attributes, strides: [2, 2], dilations: [2, 1] } as const;
    expect(inferShape('average-pool2d', strided, [2, 8, 10, 6])).toEqual([2, 3, 4, 6]);
  });

  it('takes bytes as they are, but counts no padding of them', () => {
    const image = bytes('uint8', [2, 8, 10, 6]);
    expect(inferTypesOf('average-pool2d', attributes, [image])).toEqual({ ...image, shape: [2, 7, 8, 6] });
    expect(() =>
      inferTypesOf('average-pool2d', { ...attributes, countIncludePadding: true }, [image]),
    ).toThrow('of uint8 cannot count the padding: set countIncludePadding to false');
  });

  it('refuses a window that does not fit or is none', () => {
    expect(() => inferShape('average-pool2d', attributes, [2, 1, 10, 6])).toThrow(
      'average-pool2d "node": the window spans 2 pixels of height, but the padded input has only 1 (1 and 0 of padding)',
    );
    expect(() => inferShape('average-pool2d', { ...attributes, window: [2, 0] }, [2, 8, 10, 6])).toThrow(
      "the window's width must be an integer of at least 1, not 0",
    );
    expect(() => inferShape('average-pool2d', attributes, [2, 6])).toThrow('of 4 dimensions, not 2×6 of 2');
  });
});
