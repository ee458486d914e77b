import { describe, expect, it } from 'vitest';
import { inferShape } from '../testing/infer-op.js';

const vectors = (...sizes: readonly number[]): readonly (readonly number[])[] => sizes.map((size) => [size]);
const attributes = { epsilon: 0.001 };

describe('batch-norm', () => {
  it('keeps the shape of images and of rows', () => {
    expect(inferShape('batch-norm', attributes, [2, 5, 7, 3], ...vectors(3, 3, 3, 3))).toEqual([2, 5, 7, 3]);
    expect(inferShape('batch-norm', { epsilon: 0 }, [2, 3], ...vectors(3, 3, 3, 3))).toEqual([2, 3]);
  });

  it('names the parameter and both numbers', () => {
    expect(() => inferShape('batch-norm', attributes, [2, 3], ...vectors(3, 3, 4, 3))).toThrow(
      'batch-norm "node": the mean is 4, but dimension 0 (C) must be 3, not 4',
    );
    expect(() => inferShape('batch-norm', attributes, [2, 3], [1, 3], ...vectors(3, 3, 3))).toThrow(
      'the scale must be [C], but is 1×3',
    );
    expect(() => inferShape('batch-norm', attributes, [], ...vectors(1, 1, 1, 1))).toThrow(
      'needs at least one dimension, but the input is a scalar',
    );
    expect(() => inferShape('batch-norm', attributes, [2, 3], ...vectors(3, 3))).toThrow(
      'needs 5 inputs, but has 3',
    );
  });

  it.each([-1, NaN, Infinity])('refuses an epsilon of %s', (epsilon) => {
    expect(() => inferShape('batch-norm', { epsilon }, [2, 3], ...vectors(3, 3, 3, 3))).toThrow(
      /epsilon must be a (finite number|number of at least 0), not/,
    );
  });
});
