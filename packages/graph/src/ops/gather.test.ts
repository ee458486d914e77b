import { describe, expect, test } from 'vitest';
import { inferShape } from '../testing/infer-op.js';
import { gatheredPosition } from './gather.js';

describe('gather', () => {
  test('puts the dimensions of the indices in place of the one that they count along', () => {
    expect(inferShape('gather', { axis: 1, batch: 0 }, [2, 5, 3], [4, 6])).toEqual([2, 4, 6, 3]);
    expect(inferShape('gather', { axis: 2, batch: 1 }, [2, 3, 5], [2, 7])).toEqual([2, 3, 7]);
    expect(inferShape('gather', { axis: 0, batch: 0 }, [5], [])).toEqual([]);
  });

  test('refuses what does not fit, with the shapes', () => {
    expect(() => inferShape('gather', { axis: 1, batch: 1 }, [2, 5], [3, 1])).toThrow(
      'takes elements along dimension 1 of 2×5 by indices 3×1, whose first 1 dimensions must be the same',
    );
    expect(() => inferShape('gather', { axis: 2, batch: 0 }, [2, 5], [3])).toThrow(
      'along dimension 2 of 2×5',
    );
    expect(() => inferShape('gather', { axis: 0, batch: 1 }, [2, 5], [2])).toThrow(
      'whose first 1 dimensions',
    );
  });
});

test('an index is a position, from the end where it is negative, and no other than there are', () => {
  const positions = [0, 1.9, -1, -5, 4, 5, -6, Infinity, -Infinity, NaN].map((index) =>
    gatheredPosition(index, 5),
  );
  expect(positions).toEqual([0, 1, 4, 0, 4, 4, 0, 4, 0, 0]);
});
