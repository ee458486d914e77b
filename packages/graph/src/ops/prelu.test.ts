import { describe, expect, it } from 'vitest';
import { inferShape, inferTypesOf } from '../testing/infer-op.js';

const image = [2, 5, 7, 3];

describe('prelu', () => {
  it.each([[[3]], [[5, 7, 3]], [[1]], [[]], [image], [[5, 1, 1]]])('stretches slopes of %j', (slope) => {
    expect(inferShape('prelu', {}, image, slope)).toEqual(image);
  });

  it('names the dimension and both numbers', () => {
    expect(() => inferShape('prelu', {}, image, [4])).toThrow(
      'prelu "node": the inputs are 2×5×7×3 and 4, but dimension 3 is 3 in one and 4 in the other',
    );
  });

  it('does not stretch the input', () => {
    expect(() => inferShape('prelu', {}, [3], [2, 3])).toThrow(
      'prelu "node": the slope 2×3 must stretch to the input 3, not the other way round',
    );
    expect(() => inferShape('prelu', {}, [2, 1], [3])).toThrow('must stretch to the input 2×1');
  });

  it('needs one element type', () => {
    const types = [
      { shape: [2], dtype: 'float32' },
      { shape: [2], dtype: 'float16' },
    ] as const;
    expect(() => inferTypesOf('prelu', {}, types)).toThrow('must have one element type');
  });
});
