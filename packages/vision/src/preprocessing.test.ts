import { expect, test } from 'vitest';
import { normalizedRange } from './preprocessing.js';

test('the range of normalized pixels is over all channels, with one number for all of them or one for each', () => {
  expect(normalizedRange({ mean: 127.5, standardDeviation: 127.5 })).toEqual({ min: -1, max: 1 });
  expect(normalizedRange({ mean: [100, 0, 50], standardDeviation: 50 })).toEqual({ min: -2, max: 5.1 });
  expect(normalizedRange({ mean: 0, standardDeviation: [255, 51, 255] })).toEqual({ min: 0, max: 5 });
});
