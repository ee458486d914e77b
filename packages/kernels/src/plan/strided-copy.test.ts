import { rowMajorStrides } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { planStridedCopy, type StridedCopyKernel, stridedCopyUnits } from './strided-copy.js';

function transposed(shape: readonly number[], permutation: readonly number[]): StridedCopyKernel {
  const strides = rowMajorStrides(shape);
  return planStridedCopy(
    'transpose',
    permutation.map((axis) => shape[axis] as number),
    0,
    permutation.map((axis) => strides[axis] as number),
  );
}

describe('a copy in another order', () => {
  test('is one run where dimensions are neighbours in both', () => {
    expect(planStridedCopy('slice', [2, 3], 6, [3, 1])).toMatchObject({ mode: 'run', offset: 6 });
  });

  test('turns squares where the last dimension is another one', () => {
    // Pixels are one dimension, joined; channels, neighbours in the input, are rows.
    expect(transposed([1, 10, 10, 64], [0, 3, 1, 2])).toEqual({
      kind: 'strided-copy',
      name: 'f32_transpose_transpose__simd128',
      mode: 'transpose',
      offset: 0,
      outer: [{ size: 16, from: 4, to: 400 }],
      rows: { size: 4, from: 1, to: 100 },
      columns: { size: 100, from: 64, to: 1 },
    });
  });

  test('moves runs where the last dimension stays', () => {
    expect(transposed([2, 3, 5, 7], [1, 2, 0, 3])).toMatchObject({
      mode: 'run',
      columns: { size: 7, from: 1, to: 1 },
    });
  });

  test('loads one by one where no neighbours are left', () => {
    expect(planStridedCopy('slice', [5], 9, [-2])).toMatchObject({ mode: 'gather', offset: 9 });
  });

  test('shares out in exact parts, and visits every position once', () => {
    for (const shape of [
      [1, 56, 56, 2, 58],
      [1, 7, 13, 4, 29],
      [3, 5],
      [1, 1000],
    ]) {
      const last = shape.length - 1;
      const kernel = transposed(shape, [...shape.keys()].slice(0, -2).concat(last, last - 1));
      const units = stridedCopyUnits(kernel);
      expect(units * kernel.rows.size * kernel.columns.size).toBe(shape.reduce((a, b) => a * b));
      expect(Number.isInteger(units)).toBe(true);
    }
  });
});
