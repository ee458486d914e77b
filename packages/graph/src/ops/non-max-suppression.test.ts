import { describe, expect, test } from 'vitest';
import { inferShape } from '../testing/infer-op.js';
import { selectBoxes } from './non-max-suppression.js';

const attributes = { count: 5, perClass: 2, leastScore: 0.5, mostOverlap: 0.25, order: 'score' as const };

describe('non-max-suppression', () => {
  test('gives a row for each box that it may take', () => {
    expect(inferShape('non-max-suppression', attributes, [7, 4], [7, 3])).toEqual([5, 3]);
    expect(() => inferShape('non-max-suppression', attributes, [7, 4], [6, 3])).toThrow(
      'needs boxes [A, 4] and scores [A, C], not 7×4 and 6×3',
    );
    expect(() => inferShape('non-max-suppression', attributes, [7, 5], [7, 3])).toThrow('not 7×5');
    expect(() => inferShape('non-max-suppression', { ...attributes, count: 0 }, [7, 4], [7, 3])).toThrow(
      'count must be an integer of at least 1, not 0',
    );
    expect(() =>
      inferShape('non-max-suppression', { ...attributes, leastScore: -Infinity }, [7, 4], [7, 3]),
    ).toThrow('leastScore must be a finite number');
  });

  test('takes the best of boxes that overlap, class by class, and the best of all', () => {
    // The second lies half in the first, the third beside both, the fourth has no area and overlaps nothing.
    const boxes = [0, 0, 2, 2, 0, 1, 2, 3, 5, 5, 6, 6, 1, 1, 1, 2];
    const scores = [0.9, 0.6, 0.8, 0.7, 0.4, 0.7, 0.95, 0.3];
    // Class 0 is 0.9, 0.8, 0.4 and 0.95; class 1 is 0.6, 0.7, 0.7 and 0.3.
    expect(selectBoxes({ boxes, scores, classes: 2 }, attributes)).toEqual([
      3, 0, 0.95, 0, 0, 0.9, 1, 1, 0.7, 2, 1, 0.7, -1, -1, 0,
    ]);
    const most = { ...attributes, count: 2, perClass: 9, mostOverlap: 0.5 };
    expect(selectBoxes({ boxes, scores, classes: 2 }, most)).toEqual([3, 0, 0.95, 0, 0, 0.9]);
  });
});
