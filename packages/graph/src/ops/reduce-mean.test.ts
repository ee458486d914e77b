import { describe, expect, it } from 'vitest';
import { inferShape } from '../testing/infer-op.js';

const image = [2, 5, 7, 3];

describe('reduce-mean', () => {
  it('keeps dimensions with one element, or drops them', () => {
    expect(inferShape('reduce-mean', { axes: [1, 2], keepDimensions: true }, image)).toEqual([2, 1, 1, 3]);
    expect(inferShape('reduce-mean', { axes: [1, 2], keepDimensions: false }, image)).toEqual([2, 3]);
    expect(inferShape('reduce-mean', { axes: [3], keepDimensions: false }, image)).toEqual([2, 5, 7]);
    expect(inferShape('reduce-mean', { axes: [0, 1, 2, 3], keepDimensions: false }, image)).toEqual([]);
  });

  it.each([[[]], [[4]], [[-1]], [[2, 1]], [[1, 1]], [[0.5]]])('refuses the axes %j', (axes) => {
    expect(() => inferShape('reduce-mean', { axes, keepDimensions: true }, image)).toThrow(
      `reduce-mean "node": needs one or more of the input's 4 dimensions in increasing order, counted from 0, but has [${axes.join(', ')}]`,
    );
  });
});
