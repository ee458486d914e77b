import { describe, expect, it } from 'vitest';
import { inferShape } from '../testing/infer-op.js';

const attributes = { epsilon: 1e-6 };

describe('layer-norm', () => {
  it('keeps the shape of images, rows and vectors', () => {
    for (const shape of [[2, 5, 7, 3], [2, 3], [3]]) {
      expect(inferShape('layer-norm', attributes, shape, [3], [3])).toEqual(shape);
    }
  });

  it('names the parameter and both numbers', () => {
    expect(() => inferShape('layer-norm', attributes, [2, 3], [3], [4])).toThrow(
      'layer-norm "node": the shift is 4, but dimension 0 (C) must be 3, not 4',
    );
    expect(() => inferShape('layer-norm', attributes, [2, 3], [1, 3], [3])).toThrow(
      'the scale must be [C], but is 1×3',
    );
    expect(() => inferShape('layer-norm', attributes, [], [1], [1])).toThrow(
      'needs at least one dimension, but the input is a scalar',
    );
    expect(() => inferShape('layer-norm', attributes, [2, 3], [3])).toThrow('needs 3 inputs, but has 2');
  });

  it.each([-1, NaN, Infinity])('refuses an epsilon of %s', (epsilon) => {
    expect(() => inferShape('layer-norm', { epsilon }, [2, 3], [3], [3])).toThrow(
      /epsilon must be a (finite number|number of at least 0), not/,
    );
  });
});
