import { describe, expect, test } from 'vitest';
import { median, minimum, quantile, rotated, spread } from './statistics.ts';

describe('statistics', () => {
  test('the median is the middle one, or the mean of the middle two, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  test('quantiles lie on the line between neighbours', () => {
    expect(quantile([10, 20, 30], 0)).toBe(10);
    expect(quantile([10, 20, 30], 0.25)).toBe(15);
    expect(quantile([10, 20, 30], 1)).toBe(30);
  });

  test('the spread is the distance of the slow tenth from the minimum', () => {
    expect(spread([2, 2, 2])).toBe(0);
    expect(spread(Array.from({ length: 11 }, (_, i) => 10 + i))).toBeCloseTo(0.9);
  });

  test('nothing to measure is an error, not NaN', () => {
    expect(() => median([])).toThrow('at least one value');
    expect(() => minimum([])).toThrow('at least one value');
  });

  test('numbers are sorted as numbers', () => {
    expect(minimum([10, 9, 100])).toBe(9);
  });

  test('every contender goes first in turn', () => {
    expect([0, 1, 2, 3].map((round) => rotated(['a', 'b', 'c'], round).join(''))).toEqual([
      'abc',
      'bca',
      'cab',
      'abc',
    ]);
  });
});
