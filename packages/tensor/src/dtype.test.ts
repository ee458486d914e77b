import { describe, expect, it } from 'vitest';
import { allocateTypedArray, bytesPerElement, dtypes, isTypedArrayOf, viewTypedArray } from './dtype.js';

describe('element types', () => {
  it('take as many bytes as their names say', () => {
    expect(Object.fromEntries(dtypes.map((dtype) => [dtype, bytesPerElement(dtype)]))).toEqual({
      float32: 4,
      float64: 8,
      float16: 2,
      int8: 1,
      uint8: 1,
      int32: 4,
    });
  });

  it('have their own array, recognized and told from the others', () => {
    for (const dtype of dtypes) {
      const data = allocateTypedArray(dtype, 3);
      expect(data.length).toBe(3);
      expect(dtypes.filter((other) => isTypedArrayOf(other, data))).toEqual([dtype]);
    }
    expect(isTypedArrayOf('float32', [1, 2])).toBe(false);
    expect(isTypedArrayOf('float32', undefined)).toBe(false);
  });

  it('view memory without copying it', () => {
    const bytes = new Uint8Array(12);
    const view = viewTypedArray('float32', bytes.buffer, 4, 2);
    view[0] = 1;
    // 1 is 0x3f800000, little endian.
    expect([...bytes]).toEqual([0, 0, 0, 0, 0, 0, 0x80, 0x3f, 0, 0, 0, 0]);
    expect(view.length).toBe(2);
  });
});
