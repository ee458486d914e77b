import { describe, expect, it } from 'vitest';
import { checkQuantization, storedRange } from './quantization.js';

describe('storedRange', () => {
  it('is what the integer holds', () => {
    expect(storedRange('int8')).toEqual({ min: -128, max: 127 });
    expect(storedRange('uint8')).toEqual({ min: 0, max: 255 });
    expect(storedRange('int32')).toEqual({ min: -2147483648, max: 2147483647 });
  });
});

describe('checkQuantization', () => {
  it('accepts one scale for all, or one per index of the axis', () => {
    expect(() => checkQuantization({ scale: [0.5], zeroPoint: [128] }, [3, 4])).not.toThrow();
    expect(() =>
      checkQuantization({ scale: [1, 2, 3], zeroPoint: [0, 0, 0], axis: 0 }, [3, 4]),
    ).not.toThrow();
  });

  it('refuses counts that do not fit', () => {
    expect(() => checkQuantization({ scale: [1, 2], zeroPoint: [0, 0] }, [3, 4])).toThrow(
      'a tensor needs 1 scales and zero points, but has 2 scales and 2 zero points',
    );
    expect(() =>
      checkQuantization({ scale: [1, 2, 3], zeroPoint: [0], axis: 0 }, [3, 4], 'the weight'),
    ).toThrow('the weight needs 3 scales and zero points, but has 3 scales and 1 zero points');
  });

  it('refuses an axis that is not there', () => {
    expect(() => checkQuantization({ scale: [1], zeroPoint: [0], axis: 2 }, [3, 4])).toThrow(
      'a tensor is quantized along axis 2, but has 2 dimensions',
    );
  });

  it.each([0, -1, NaN, Infinity])('refuses the scale %s', (scale) => {
    expect(() => checkQuantization({ scale: [scale], zeroPoint: [0] }, [1])).toThrow(
      `has the quantization scale ${scale}; a scale must be positive and finite`,
    );
  });

  it.each([0.5, NaN])('refuses the zero point %s', (zeroPoint) => {
    expect(() => checkQuantization({ scale: [1], zeroPoint: [zeroPoint] }, [1])).toThrow(
      `has the zero point ${zeroPoint}; a zero point must be an integer`,
    );
  });
});
