import { formatShape, type Shape } from '@sepconv/tensor';
import { OpenShapeError, quote, refuse } from '../errors.js';
import type { ReadOptions } from '../imported-network.js';

/** Options of the TF.js reader. */
export interface TfjsOptions extends ReadOptions {
  /**
   * Whole shapes of inputs by their names, the batch first: `{ image: [1, 224, 224, 3] }`. What the file fixes must agree;
   * a batch that is left open is 1 by default.
   */
  readonly shapes?: Readonly<Record<string, Shape>>;
  /** Inputs of a graph model that are known when the network is built, such as a ratio or a flag, by their names. */
  readonly constants?: ReadonlyMap<string, KnownNumbers>;
}

/** Numbers that are known before the network runs. */
export interface KnownNumbers {
  /** Without dimensions for a single number. */
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

const text = (dims: readonly unknown[]): string =>
  dims.map((dimension) => (typeof dimension === 'number' ? dimension : '?')).join('×');

/**
 * The shape of an input, with open dimensions (anything but a number) filled in.
 *
 * @throws {FormatError} naming the input and the dimension that nobody gives.
 */
export function resolveInputShape(
  name: string,
  dims: readonly unknown[] | undefined,
  { shapes = {} }: Pick<TfjsOptions, 'shapes'>,
): Shape {
  const given = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
  if (given !== undefined) {
    const agrees =
      dims === undefined ||
      (dims.length === given.length && dims.every((d, i) => typeof d !== 'number' || d === given[i]));
    if (agrees) return given;
    refuse(
      `the input ${quote(name)} is ${text(dims ?? [])} in the file, but was given as ${formatShape(given)}`,
    );
  }
  const remedy = `say it with the option shapes: { ${quote(name)}: [1, …] }`;
  if (dims === undefined) {
    throw new OpenShapeError(`the input ${quote(name)} has no shape in the file: ${remedy}`, name, []);
  }
  return dims.map((dimension, axis) => {
    if (typeof dimension === 'number') return dimension;
    if (axis === 0) return 1;
    throw new OpenShapeError(
      `dimension ${axis} of the input ${quote(name)} (${text(dims)}) is open: ${remedy}`,
      name,
      dims.map((one) => (typeof one === 'number' ? one : '')),
    );
  });
}
