import { describe, expect, it } from 'vitest';
import { ShapeError } from '../errors.js';
import { inferShape } from '../testing/infer-op.js';

describe('reshape', () => {
  it('gives the shape that it holds', () => {
    expect(inferShape('reshape', { shape: [3, 4] }, [2, 6])).toEqual([3, 4]);
    expect(inferShape('reshape', { shape: [] }, [1, 1])).toEqual([]);
  });

  it('keeps the number of elements', () => {
    expect(() => inferShape('reshape', { shape: [3, 5] }, [2, 6])).toThrow(
      'reshape "node": 2×6 has 12 elements, but 3×5 has 15',
    );
  });

  it('leaves no dimension open', () => {
    expect(() => inferShape('reshape', { shape: [3, -1] }, [2, 6])).toThrow(ShapeError);
    expect(() => inferShape('reshape', { shape: [3, -1] }, [2, 6])).toThrow(
      'reshape "node": dimension 1 of the shape 3×-1 must be an integer of at least 1, not -1',
    );
  });
});
