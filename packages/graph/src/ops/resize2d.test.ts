import { describe, expect, it } from 'vitest';
import { inferShape } from '../testing/infer-op.js';

const plain = { size: [6, 5], mode: 'linear', coordinates: 'half-pixel' } as const;
const image = [2, 3, 4, 7];

describe('resize2d', () => {
  it('changes height and width', () => {
    expect(inferShape('resize2d', plain, image)).toEqual([2, 6, 5, 7]);
  });

  it('takes scales within a pixel of the size', () => {
    expect(inferShape('resize2d', { ...plain, size: [4, 10], scales: [1.5, 2.6] }, image)).toEqual([
      2, 4, 10, 7,
    ]);
    expect(() => inferShape('resize2d', { ...plain, scales: [2, 3] }, image)).toThrow(
      'resize2d "node": the scale along width is 3, which makes 12 pixels of 4 and not 5',
    );
    // A scale of almost nothing would mean an average of almost everything.
    expect(() => inferShape('resize2d', { ...plain, size: [1, 1], scales: [1e-9, 0.25] }, image)).toThrow(
      'the scale along height is 1e-9',
    );
  });

  it('says what it does not know', () => {
    expect(() => inferShape('resize2d', { ...plain, mode: 'sinc' as never }, image)).toThrow(
      'the mode must be one of nearest, linear, cubic, not "sinc"',
    );
    expect(() => inferShape('resize2d', { ...plain, coordinates: 'corner' as never }, image)).toThrow(
      'coordinates must be one of half-pixel, ',
    );
    expect(() => inferShape('resize2d', { ...plain, rounding: 'up' as never }, image)).toThrow(
      'the rounding must be one of round-prefer-floor, ',
    );
  });

  it('names sizes and numbers that cannot be', () => {
    expect(() => inferShape('resize2d', { ...plain, size: [0, 5] }, image)).toThrow(
      'the size along height must be an integer of at least 1, not 0',
    );
    expect(() => inferShape('resize2d', plain, [3, 4])).toThrow('needs an image [N, H, W, C]');
    expect(() => inferShape('resize2d', { ...plain, coordinates: 'affine' }, image)).toThrow(
      'affine coordinates need a start and a step',
    );
    const affine = { ...plain, coordinates: 'affine', start: [0, NaN], step: [1, 1] } as const;
    expect(() => inferShape('resize2d', affine, image)).toThrow(
      'the coordinate along width must be a finite number, not NaN',
    );
    expect(() => inferShape('resize2d', { ...plain, mode: 'nearest', antialias: true }, image)).toThrow(
      'antialias needs a mode that averages',
    );
  });
});
