import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShapeError } from '../errors.js';
import { countPositions, inferShape, plainWindow } from '../testing/infer-op.js';

const attributes = { ...plainWindow, groups: 1 };
const image = [2, 8, 10, 6];

describe('conv2d', () => {
  it('gives [N, H′, W′, C_out]', () => {
    expect(inferShape('conv2d', attributes, image, [3, 5, 6, 16])).toEqual([2, 6, 6, 16]);
    expect(inferShape('conv2d', attributes, image, [3, 5, 6, 16], [16])).toEqual([2, 6, 6, 16]);
  });

  it('has as many outputs as there are positions for the window', () => {
    const small = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), small, small, small, fc.nat(3), fc.nat(3), (...drawn) => {
        const [size, window, stride, dilation, top, bottom] = drawn;
        const positions = countPositions(size + top + bottom, window, stride, dilation);
        const infer = () =>
          inferShape(
            'conv2d',
            {
              groups: 1,
              strides: [stride, 1],
              dilations: [dilation, 1],
              padding: { top, bottom, left: 0, right: 0 },
            },
            [1, size, 1, 1],
            [window, 1, 1, 1],
          );
        if (positions === 0) expect(infer).toThrow(ShapeError);
        else expect(infer()).toEqual([1, positions, 1, 1]);
      }),
    );
  });

  it('divides the channels among groups', () => {
    expect(inferShape('conv2d', { ...attributes, groups: 3 }, image, [1, 1, 2, 9])).toEqual([2, 8, 10, 9]);
    expect(() => inferShape('conv2d', { ...attributes, groups: 4 }, image, [1, 1, 2, 8])).toThrow(
      'conv2d "node": the input has 6 channels, which 4 groups do not divide',
    );
    expect(() => inferShape('conv2d', { ...attributes, groups: 3 }, image, [1, 1, 2, 8])).toThrow(
      'the weight has 8 output channels, which 3 groups do not divide',
    );
    expect(() => inferShape('conv2d', { ...attributes, groups: 3 }, image, [1, 1, 6, 9])).toThrow(
      'the weight is 1×1×6×9, but dimension 2 (C_in / groups) must be 2, not 6',
    );
    expect(() => inferShape('conv2d', { ...attributes, groups: 0 }, image, [1, 1, 6, 9])).toThrow(
      'groups must be an integer of at least 1, not 0',
    );
  });

  it('names op, node, dimension and both numbers', () => {
    expect(() => inferShape('conv2d', attributes, image, [3, 3, 5, 16])).toThrow(
      'conv2d "node": the weight is 3×3×5×16, but dimension 2 (C_in) must be 6, not 5',
    );
    expect(() => inferShape('conv2d', attributes, image, [3, 3, 6])).toThrow(
      'the weight must be [K_h, K_w, C_in, C_out], but is 3×3×6',
    );
    expect(() => inferShape('conv2d', attributes, image, [3, 3, 6, 16], [15])).toThrow(
      'the bias is 15, but dimension 0 (C_out) must be 16, not 15',
    );
    expect(() => inferShape('conv2d', attributes, [8, 10, 6], [3, 3, 6, 16])).toThrow(
      'needs an image [N, H, W, C] of 4 dimensions, not 8×10×6 of 3',
    );
  });

  it('refuses a window that does not fit', () => {
    expect(() => inferShape('conv2d', attributes, image, [9, 3, 6, 1])).toThrow(
      'the window spans 9 pixels of height, but the padded input has only 8 (8 and 0 of padding)',
    );
    const padding = { top: 0, bottom: 0, left: 1, right: 1 };
    expect(() =>
      inferShape('conv2d', { ...attributes, padding, dilations: [1, 4] }, image, [1, 4, 6, 1]),
    ).toThrow('the window spans 13 pixels of width, but the padded input has only 12 (10 and 2 of padding)');
  });

  it.each([
    [{ strides: [0, 1] }, 'the stride along height must be an integer of at least 1, not 0'],
    [{ strides: [1, 1.5] }, 'the stride along width must be an integer of at least 1, not 1.5'],
    [{ dilations: [1, 0] }, 'the dilation along width must be an integer of at least 1, not 0'],
    [
      { padding: { top: -1, bottom: 0, left: 0, right: 0 } },
      'padding.top must be an integer of at least 0, not -1',
    ],
    // A stride of 0 makes a computed padding NaN; the stride is the mistake to name.
    [
      { strides: [0, 0], padding: { top: NaN, bottom: NaN, left: NaN, right: NaN } },
      'the stride along height',
    ],
  ])('refuses %o', (wrong, message) => {
    const all = { ...attributes, ...wrong } as unknown as typeof attributes;
    expect(() => inferShape('conv2d', all, image, [3, 3, 6, 1])).toThrow(message);
  });

  it('refuses too few and too many inputs', () => {
    expect(() => inferShape('conv2d', attributes, image)).toThrow(
      'conv2d "node": needs 2 to 3 inputs, but has 1',
    );
    expect(() => inferShape('conv2d', attributes, image, [3, 3, 6, 1], [1], [1])).toThrow('but has 4');
  });
});
