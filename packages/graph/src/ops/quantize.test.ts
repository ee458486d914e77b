import { describe, expect, it } from 'vitest';
import { inferTypesOf } from '../testing/infer-op.js';

const real = { dtype: 'float32', shape: [2, 3] } as const;

describe('quantize', () => {
  it('gives integers with what they stand for', () => {
    const attributes = { dtype: 'uint8', scale: [0.5], zeroPoint: [7] } as const;
    expect(inferTypesOf('quantize', attributes, [real])).toEqual({
      dtype: 'uint8',
      shape: [2, 3],
      quantization: { scale: [0.5], zeroPoint: [7] },
    });
    const perChannel = { dtype: 'int8', scale: [1, 2, 3], zeroPoint: [0, 0, 0], axis: 1 } as const;
    expect(inferTypesOf('quantize', perChannel, [real]).quantization?.axis).toBe(1);
  });

  it('refuses integers, and scales that do not fit', () => {
    const attributes = { dtype: 'uint8', scale: [0.5], zeroPoint: [7] } as const;
    expect(() => inferTypesOf('quantize', attributes, [{ dtype: 'int8', shape: [2] }])).toThrow(
      'quantize "node": computes with real numbers, but input 0 is int8: put a dequantize before it',
    );
    expect(() =>
      inferTypesOf('quantize', { ...attributes, scale: [1, 2], zeroPoint: [0, 0], axis: 1 }, [real]),
    ).toThrow('the result needs 3 scales and zero points, but has 2 scales and 2 zero points');
    expect(() => inferTypesOf('quantize', { ...attributes, zeroPoint: [-1] }, [real])).toThrow(
      'the zero point of the result must be an integer from 0 to 255, as uint8 is, not -1',
    );
    expect(() => inferTypesOf('quantize', { ...attributes, dtype: 'int32' as never }, [real])).toThrow(
      'stores int8 or uint8, not int32',
    );
  });
});
