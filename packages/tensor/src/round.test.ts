import { expect, test } from 'vitest';
import { storedRange } from './quantization.js';
import { quantizeNumber, roundHalfEven } from './round.js';

test('halves go to the even integer, everything else to the nearest', () => {
  expect(
    [0.5, 1.5, 2.5, -0.5, -1.5, 0.49999999999999994, 2.4, -2.6].map((x) => roundHalfEven(x) + 0),
  ).toEqual([0, 2, 2, 0, -2, 0, 2, -3]);
  expect(roundHalfEven(Infinity)).toBe(Infinity);
  expect(roundHalfEven(NaN)).toBeNaN();
});

test('numbers are quantized by their float32 quotient, and clipped', () => {
  const bytes = storedRange('uint8');
  expect([1, 3, 5, 1000, -1000, NaN].map((x) => quantizeNumber(x, 2, 128, bytes))).toEqual([
    128, 130, 130, 255, 0, 128,
  ]);
  // 0.1 as a float32 is a little more than a tenth: the quotient is 2.5 only because it is rounded to float32.
  expect(quantizeNumber(0.25, 0.1, 0, bytes)).toBe(2);
});
