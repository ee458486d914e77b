import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TensorError } from './errors.js';
import {
  broadcastIndices,
  checkShape,
  elementCount,
  formatShape,
  rowMajorStrides,
  sameShape,
  stridedIndices,
} from './shape.js';

const shapes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 5 });

describe('elementCount', () => {
  it('multiplies the dimensions, none being 1', () => {
    expect(elementCount([2, 3, 4])).toBe(24);
    expect(elementCount([])).toBe(1);
  });
});

describe('formatShape', () => {
  it('writes dimensions with a times sign', () => {
    expect(formatShape([1, 224, 224, 3])).toBe('1×224×224×3');
    expect(formatShape([5])).toBe('5');
    expect(formatShape([])).toBe('scalar');
  });
});

describe('sameShape', () => {
  it('compares rank and dimensions in order', () => {
    expect(sameShape([2, 3], [2, 3])).toBe(true);
    expect(sameShape([2, 3], [3, 2])).toBe(false);
    expect(sameShape([2, 3], [2, 3, 1])).toBe(false);
    expect(sameShape([], [])).toBe(true);
  });
});

describe('rowMajorStrides', () => {
  it('gives [H·W·C, W·C, C, 1] for an image', () => {
    expect(rowMajorStrides([2, 5, 7, 3])).toEqual([105, 21, 3, 1]);
    expect(rowMajorStrides([])).toEqual([]);
  });

  it('numbers the elements 0, 1, 2, … in order', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const strides = rowMajorStrides(shape);
        const last = shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, 0);
        expect(last).toBe(elementCount(shape) - 1);
      }),
    );
  });
});

describe('checkShape', () => {
  it('accepts positive integers, and a scalar', () => {
    expect(() => checkShape([1, 2, 3])).not.toThrow();
    expect(() => checkShape([])).not.toThrow();
  });

  it.each([0, -1, 1.5, NaN, Infinity])('refuses the dimension %s, naming the axis', (dimension) => {
    expect(() => checkShape([2, dimension], 'the weight')).toThrow(
      `the shape of the weight is 2×${dimension}, but dimension 1 must be an integer of at least 1, not ${dimension}`,
    );
    expect(() => checkShape([dimension])).toThrow(TensorError);
  });

  it('refuses more elements than can be counted exactly', () => {
    expect(() => checkShape([2 ** 27, 2 ** 27])).toThrow('more elements than can be addressed');
    expect(() => checkShape([2 ** 26, 2 ** 26])).not.toThrow();
  });
});

describe('stridedIndices', () => {
  it('walks a view in row-major order, backwards where a stride is negative', () => {
    // Rows 2 and 0 of a 3×4 matrix, their columns 1 and 3.
    expect(stridedIndices([2, 2], [-8, 2], 9)).toEqual([9, 11, 1, 3]);
    expect(stridedIndices([], [], 5)).toEqual([5]);
  });
});

describe('broadcastIndices', () => {
  it('repeats what is stretched, aligned at the last dimension', () => {
    expect(broadcastIndices([2, 1], [2, 3])).toEqual([0, 0, 0, 1, 1, 1]);
    expect(broadcastIndices([3], [2, 3])).toEqual([0, 1, 2, 0, 1, 2]);
    expect(broadcastIndices([], [2, 2])).toEqual([0, 0, 0, 0]);
    expect(broadcastIndices([2, 3], [2, 3])).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
