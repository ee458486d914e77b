import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatExact,
  formatFactor,
  formatMilliseconds,
  formatPercent,
  formatRate,
} from './numbers.js';

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1.00 k'],
    [1024, '1.02 k'],
    [999_994, '999.99 k'],
    [999_999, '1.00 M'],
    [4_231_976, '4.23 M'],
    [568_740_352, '568.74 M'],
    [4_867_293_184, '4.87 G'],
    [2 ** 53, '9.01 P'],
  ])('counts: %d is %s', (value, text) => {
    expect(formatCount(value)).toBe(text);
  });

  it.each([
    [0, '0'],
    [12, '12'],
    [1234, '1 234'],
    [568_740_352, '568 740 352'],
  ])('every digit: %d is %s', (value, text) => {
    expect(formatExact(value).replaceAll('\u00a0', ' ')).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [4_816_896, '4.82 MB'],
    [2_000_000_000, '2.00 GB'],
  ])('bytes: %d is %s', (value, text) => {
    expect(formatBytes(value)).toBe(text);
  });

  it.each([
    [0.000_123, '123 ns'],
    [0.000_999_6, '1.00 µs'],
    [0.045_6, '45.6 µs'],
    [0.999_4, '999 µs'],
    [0.999_6, '1.00 ms'],
    [1.234, '1.23 ms'],
    [9.996, '10.0 ms'],
    [99.96, '100 ms'],
    [999.7, '1.00 s'],
    [7890, '7.89 s'],
    [123_456, '123 s'],
  ])('durations: %d ms is %s', (value, text) => {
    expect(formatMilliseconds(value)).toBe(text);
  });

  it('shares, factors and rates', () => {
    expect(formatPercent(0.9486)).toBe('94.9 %');
    expect(formatPercent(1)).toBe('100.0 %');
    expect(formatFactor(8.694)).toBe('8.69×');
    expect(formatFactor(11.62)).toBe('11.6×');
    expect(formatRate(1_137_480_704, 24.15)).toBe('47.1 GFLOP/s');
  });
});
