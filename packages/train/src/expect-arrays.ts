/** @file Whether what is computed with in place is what it has to be, for callers without types. */
import { checkElements } from '@sepconv/tensor';
import { TrainError } from './errors.js';

const isFloats = (value: unknown): value is Float32Array | Float64Array =>
  value instanceof Float32Array || value instanceof Float64Array;

/** @throws {TrainError} when they are no map from names to tensors. */
export function expectTensors(tensors: unknown, what: string): void {
  if (!(tensors instanceof Map)) throw new TrainError(`${what} must be a map from names to tensors`);
  for (const [name, tensor] of tensors) checkElements(tensor, `${what}: "${String(name)}"`);
}

/**
 * Rows of as many numbers for each image of a batch, in arrays of one length.
 *
 * @throws {TrainError} when they are none.
 */
export function expectRows(batch: number, arrays: Readonly<Record<string, unknown>>): void {
  if (!(Number.isSafeInteger(batch) && batch > 0)) {
    throw new TrainError(`a batch must have at least one image, not ${String(batch)}`);
  }
  let length: number | undefined;
  for (const [name, array] of Object.entries(arrays)) {
    if (!isFloats(array))
      throw new TrainError(`${name} must be a Float32Array or a Float64Array, [N, classes]`);
    length ??= array.length;
    if (array.length === length && length > 0 && length % batch === 0) continue;
    throw new TrainError(
      `${name} has ${array.length} numbers, but must have as many for each of ${batch} images as the others: ${length / batch}`,
    );
  }
}

/** @throws {TrainError} when it is no number from `least` to `most`. */
export function expectNumber(value: unknown, what: string, least: number, most: number): void {
  if (typeof value === 'number' && value >= least && value <= most) return;
  throw new TrainError(
    `${what} must be a number from ${least} to ${most}, not ${typeof value === 'number' ? value : typeof value}`,
  );
}
