import { describe, expect, test } from 'vitest';
import { exact, factor, measured, percent, short } from '../src/lib/numbers.js';

describe('numbers as the site writes them', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1000, '1.00 k'],
    [33920, '33.9 k'],
    [924844032, '925 M'],
    [999_499_999, '999 M'],
    [999_999_999, '1.00 G'],
    [1.2e15, '1.20 P'],
  ])('%d is short for %s', (value, text) => expect(short(value)).toBe(text));

  test('exact numbers keep every digit', () => {
    expect(exact(924844032, 'en')).toBe('924,844,032');
    expect(exact(924844032, 'zh')).toBe('924,844,032');
  });

  test('what was measured has three digits, and no exponent', () => {
    const numbers = [0.05512, 9.999, 25.34, 999.4, 999.5, 1843.2, 24_912];
    expect(numbers.map((value) => measured(value, 'en'))).toEqual([
      '0.0551',
      '10.0',
      '25.3',
      '999',
      '1,000',
      '1,843',
      '24,912',
    ]);
  });

  test('shares and factors', () => {
    expect(percent(0.11501, 'en')).toBe('11.5%');
    expect([1.5, 8.694, 86.94, 869.4].map(factor)).toEqual(['1.50', '8.69', '86.9', '869']);
  });
});
