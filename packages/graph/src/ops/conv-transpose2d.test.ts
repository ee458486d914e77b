import { describe, expect, it } from 'vitest';
import { inferShape, plainWindow } from '../testing/infer-op.js';

const plain = { ...plainWindow, groups: 1, outputPadding: [0, 0] } as const;
const image = [2, 3, 4, 6];

describe('conv-transpose2d', () => {
  it('spreads windows by the stride', () => {
    const doubled = { ...plain, strides: [2, 2] } as const;
    expect(inferShape('conv-transpose2d', doubled, image, [2, 2, 6, 5], [5])).toEqual([2, 6, 8, 5]);
    expect(inferShape('conv-transpose2d', plain, image, [3, 3, 6, 5])).toEqual([2, 5, 6, 5]);
  });

  it('cuts padding off, adds output padding, and dilates', () => {
    const attributes = {
      strides: [2, 3],
      dilations: [2, 1],
      padding: { top: 1, bottom: 0, left: 2, right: 1 },
      groups: 2,
      outputPadding: [1, 2],
    } as const;
    // (3 − 1)·2 + 5 + 1 − 1 and (4 − 1)·3 + 3 + 2 − 3.
    expect(inferShape('conv-transpose2d', attributes, image, [3, 3, 3, 4])).toEqual([2, 9, 11, 4]);
  });

  it('names the dimension and both numbers', () => {
    expect(() => inferShape('conv-transpose2d', plain, image, [3, 3, 5, 4])).toThrow(
      'conv-transpose2d "node": the weight is 3×3×5×4, but dimension 2 (C_in) must be 6, not 5',
    );
    expect(() => inferShape('conv-transpose2d', { ...plain, groups: 4 }, image, [3, 3, 1, 4])).toThrow(
      'the input has 6 channels, which 4 groups do not divide',
    );
    expect(() => inferShape('conv-transpose2d', { ...plain, groups: 2 }, image, [3, 3, 3, 5])).toThrow(
      'the weight has 5 output channels, which 2 groups do not divide',
    );
    expect(() => inferShape('conv-transpose2d', plain, image, [3, 3, 6, 4], [5])).toThrow(
      'the bias is 5, but dimension 0 (C_out) must be 4, not 5',
    );
    const cut = { ...plain, padding: { top: 3, bottom: 2, left: 0, right: 0 } };
    expect(() => inferShape('conv-transpose2d', cut, image, [3, 3, 6, 4])).toThrow(
      'the windows span 5 pixels of height, of which padding cuts off 5',
    );
    expect(() => inferShape('conv-transpose2d', { ...plain, strides: [0, 1] }, image, [3, 3, 6, 4])).toThrow(
      'the stride along height must be an integer of at least 1, not 0',
    );
    expect(() =>
      inferShape('conv-transpose2d', { ...plain, outputPadding: [0, -1] }, image, [3, 3, 6, 4]),
    ).toThrow('the output padding along width must be an integer of at least 0, not -1');
  });
});
