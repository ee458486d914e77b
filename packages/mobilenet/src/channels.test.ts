import { describe, expect, test } from 'vitest';
import { makeDivisible, scaleChannels } from './channels.js';

describe('makeDivisible', () => {
  test.each([
    [1, 8],
    [11.2, 16],
    [12, 16],
    [11, 16], // 8 would be less than 90% of it.
    [8.4, 8],
    [44.8, 48],
    [100, 104],
    [1280, 1280],
  ])('%d becomes %d', (value, expected) => expect(makeDivisible(value)).toBe(expected));

  test('is a multiple of the divisor, at least 90% of the value and less than one divisor above', () => {
    for (let value = 1; value < 400; value += 0.7) {
      for (const divisor of [4, 8, 16]) {
        const rounded = makeDivisible(value, divisor);
        expect(rounded % divisor).toBe(0);
        expect(rounded).toBeGreaterThanOrEqual(0.9 * value);
        expect(rounded - value).toBeLessThan(divisor);
      }
    }
  });
});

describe('scaleChannels', () => {
  test.each([
    [32, 0.75, 24],
    [32, 0.33, 10],
    [32, 0.001, 1],
  ])('%d times %d is %d', (channels, width, expected) =>
    expect(scaleChannels(channels, width)).toBe(expected),
  );
});
