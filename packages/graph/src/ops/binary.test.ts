import { describe, expect, it } from 'vitest';
import { inferShape, inferTypesOf } from '../testing/infer-op.js';

describe.each(['add', 'div', 'mul', 'pow', 'sub'] as const)('%s', (op) => {
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
    expect(inferShape(op, {}, a, b)).toEqual(output);
    expect(inferShape(op, {}, b, a)).toEqual(output);
  });

  it('names the dimension and both numbers', () => {
    expect(() => inferShape(op, {}, [2, 5, 7, 3], [2, 5, 1, 4])).toThrow(
      `${op} "node": the inputs are 2×5×7×3 and 2×5×1×4, but dimension 3 is 3 in one and 4 in the other`,
    );
    // Counted in the output's dimensions, to which the shorter shape is aligned at its end.
    expect(() => inferShape(op, {}, [2, 5], [4])).toThrow('dimension 1 is 5 in one and 4 in the other');
  });

  it('needs one element type', () => {
    const types = [
      { shape: [2], dtype: 'float32' },
      { shape: [2], dtype: 'float16' },
    ] as const;
    expect(() => inferTypesOf(op, {}, types)).toThrow(
      'the inputs must have one element type, but are float32 and float16',
    );
  });
});

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
