import { describe, expect, it } from 'vitest';
import { inferShape, inferTypesOf } from '../testing/infer-op.js';

describe('add', () => {
  it.each([
    [
      [2, 3],
      [2, 3],
      [2, 3],
    ],
    [[2, 5, 7, 3], [3], [2, 5, 7, 3]],
    [
      [2, 1, 1, 3],
      [2, 5, 7, 3],
      [2, 5, 7, 3],
    ],
    [
      [4, 1],
      [1, 5],
      [4, 5],
    ],
    [[], [2, 2], [2, 2]],
  ])('stretches %j and %j to %j', (a, b, output) => {
    expect(inferShape('add', {}, a, b)).toEqual(output);
    expect(inferShape('add', {}, b, a)).toEqual(output);
  });

  it('names the dimension and both numbers', () => {
    expect(() => inferShape('add', {}, [2, 5, 7, 3], [2, 5, 1, 4])).toThrow(
      'add "node": the inputs are 2×5×7×3 and 2×5×1×4, but dimension 3 is 3 in one and 4 in the other',
    );
    // Counted in the output's dimensions, to which the shorter shape is aligned at its end.
    expect(() => inferShape('add', {}, [2, 5], [4])).toThrow('dimension 1 is 5 in one and 4 in the other');
  });

  it('needs one element type', () => {
    const types = [
      { shape: [2], dtype: 'float32' },
      { shape: [2], dtype: 'float16' },
    ] as const;
    expect(() => inferTypesOf('add', {}, types)).toThrow(
      'the inputs must have one element type, but are float32 and float16',
    );
  });
});
