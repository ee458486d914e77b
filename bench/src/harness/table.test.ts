import { describe, expect, test } from 'vitest';
import { figures, formatTable, percent } from './table.ts';

describe('figures', () => {
  test.each([
    [0.012345, '0.0123'],
    [1.2345, '1.23'],
    [12.345, '12.3'],
    [123.45, '123'],
    [12345, '12345'],
    [0, '0'],
    [0.0000001, '0.000000'],
    [Number.NaN, '–'],
  ])('%s is written %s', (value, text) => {
    expect(figures(value)).toBe(text);
  });

  test('percentages are whole', () => {
    expect(percent(0.426)).toBe('43 %');
  });
});

describe('formatTable', () => {
  test('numbers stand right and words left', () => {
    const table = formatTable(
      ['who', 'ms', 'share'],
      [
        ['a', 1.5, '9 %'],
        ['bcd', 123, undefined],
      ],
    );
    expect(table.split('\n')).toEqual(['who    ms  share', 'a    1.50    9 %', 'bcd   123      –']);
  });
});
