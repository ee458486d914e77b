import { describe, expect, it } from 'vitest';
import { inferTypesOf, plainWindow } from '../testing/infer-op.js';
import { bytes } from '../testing/quantized-types.js';

const attributes = { ...plainWindow, groups: 1 };
const image = { dtype: 'uint8', shape: [1, 5, 5, 2] } as const;
const weight = { dtype: 'int8', shape: [2, 2, 2, 3] } as const;

describe('conv-integer', () => {
  it('gives int32 that stand for themselves', () => {
    const expected = { dtype: 'int32', shape: [1, 4, 4, 3], quantization: { scale: [1], zeroPoint: [0] } };
    expect(inferTypesOf('conv-integer', attributes, [image, weight])).toEqual(expected);
    const zero = { dtype: 'uint8', shape: [] } as const;
    expect(inferTypesOf('conv-integer', attributes, [image, bytes('uint8', [2, 2, 2, 3]), zero])).toEqual(
      expected,
    );
  });

  it('refuses a zero point of another type or for each channel', () => {
    for (const zero of [
      { dtype: 'int8', shape: [] },
      { dtype: 'uint8', shape: [2] },
    ] as const) {
      expect(() => inferTypesOf('conv-integer', attributes, [image, weight, zero])).toThrow(
        `conv-integer "node": the zero point must be one uint8, but is ${zero.dtype} [${zero.shape.join(', ')}]`,
      );
    }
  });
});
