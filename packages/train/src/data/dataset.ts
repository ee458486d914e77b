import { formatShape, type Normalization } from '@sepconv/tensor';
import { TrainError } from '../errors.js';
import {
  share as checkShare,
  count,
  integer,
  list,
  normalizationFields,
  object,
  refuseField,
  text,
} from '../fields.js';

/** Images with their classes, all in memory. */
export interface Dataset {
  /** Of every image: `[H, W, C]`. */
  readonly shape: readonly [height: number, width: number, channels: number];
  /** All images one after the other, as bytes or any other numbers. */
  readonly pixels: Uint8Array | Float32Array;
  /** The class of every image, from 0. */
  readonly labels: ArrayLike<number>;
  /** Names of the classes. */
  readonly classes: readonly string[];
  /** How pixels become the network's input: `(pixel − mean) / standardDeviation`. */
  readonly normalization: Normalization;
}

const checkFields = object({
  shape: list(count, 3, 3),
  pixels: (pixels, path) => {
    if (!(pixels instanceof Uint8Array || pixels instanceof Float32Array)) {
      refuseField(path, 'a Uint8Array or a Float32Array', pixels);
    }
  },
  labels: (labels, path) => {
    const isArray = Array.isArray(labels) || (ArrayBuffer.isView(labels) && !(labels instanceof DataView));
    if (!isArray) refuseField(path, 'an array of integers', labels);
  },
  classes: list(text),
  normalization: normalizationFields,
});

/**
 * Checks that a data set is one.
 *
 * @throws {TrainError} when a field is of another type, pixels and labels do not fit, a label has no class, or a class has no image.
 */
export function checkDataset(dataset: Dataset, what = 'the data set'): void {
  checkFields(dataset, what);
  const { shape, pixels, labels, classes } = dataset;
  const size = shape[0] * shape[1] * shape[2];
  if (classes.length < 2) {
    throw new TrainError(`${what} has ${classes.length} classes, but telling apart needs at least 2`);
  }
  if (pixels.length !== labels.length * size) {
    throw new TrainError(
      `${what} has ${labels.length} labels, which needs ${labels.length * size} numbers for images of ${formatShape(shape)}, but has ${pixels.length}`,
    );
  }
  const counts = new Array<number>(classes.length).fill(0);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (counts[label] === undefined) {
      throw new TrainError(
        `image ${i} of ${what} has the label ${label}, but there are ${classes.length} classes`,
      );
    }
    counts[label]!++;
  }
  const empty = counts.indexOf(0);
  if (empty >= 0) throw new TrainError(`the class "${classes[empty]}" of ${what} has no image`);
}

/**
 * The images at some positions, copied.
 *
 * @throws {TrainError} when there is no image at one.
 */
export function pickImages(dataset: Dataset, positions: readonly number[]): Dataset {
  checkFields(dataset, 'the data set');
  const last = dataset.labels.length - 1;
  list(integer(`from 0 to the last image, ${last}`, 0, last))(positions, 'positions');
  const size = dataset.shape[0] * dataset.shape[1] * dataset.shape[2];
  const pixels =
    dataset.pixels instanceof Uint8Array
      ? new Uint8Array(positions.length * size)
      : new Float32Array(positions.length * size);
  positions.forEach((position, i) => {
    pixels.set(dataset.pixels.subarray(position * size, (position + 1) * size), i * size);
  });
  return { ...dataset, pixels, labels: Int32Array.from(positions, (position) => dataset.labels[position]!) };
}

/**
 * Splits a data set in two: of every class's images in their order the first `1 − share`, and the last `share`, rounded down
 * but at least one. Nothing is drawn at random, so every run has the same images in the same half.
 *
 * @throws {TrainError} when a class has fewer than two images.
 */
export function splitDataset(dataset: Dataset, share: number): { first: Dataset; last: Dataset } {
  checkDataset(dataset);
  checkShare(share, 'the share');
  const byClass = dataset.classes.map((): number[] => []);
  for (let i = 0; i < dataset.labels.length; i++) byClass[dataset.labels[i]!]!.push(i);
  const first: number[] = [];
  const last: number[] = [];
  byClass.forEach((positions, label) => {
    if (positions.length < 2) {
      throw new TrainError(
        `the class "${dataset.classes[label]}" has ${positions.length} images, but a split needs at least 2`,
      );
    }
    const cut = positions.length - Math.max(1, Math.floor(positions.length * share));
    first.push(...positions.slice(0, cut));
    last.push(...positions.slice(cut));
  });
  return { first: pickImages(dataset, first), last: pickImages(dataset, last) };
}
