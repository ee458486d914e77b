/** @file The shapes of a model's inputs: what the file says, and for what it leaves open, what the caller says. */
import { formatShape, type Shape } from '@sepconv/tensor';
import { OpenShapeError, quote, refuse } from '../errors.js';
import { expectInputsNamed } from '../stated-inputs.js';
import type { ValueInfo } from './model.js';

/** Sizes of dimensions that a file leaves open, by their names in the file. */
export type Dimensions = Readonly<Record<string, number>>;

/** Whole shapes of inputs, by the inputs' names, as the file counts: N, C, H, W for an image. */
export type InputShapes = Readonly<Record<string, Shape>>;

/** What a caller says of the dimensions that a file leaves open. */
export interface ShapeOptions {
  readonly dimensions?: Dimensions | undefined;
  readonly shapes?: InputShapes | undefined;
}

const isFixed = (dimension: number | string): dimension is number =>
  typeof dimension === 'number' && dimension > 0;

/** `1×3×height×?` */
const describe = (dims: readonly (number | string)[]): string =>
  dims.map((dimension) => (isFixed(dimension) ? dimension : String(dimension || '?').slice(0, 40))).join('×');

/** Sizes by name, with what the stated shapes say of named dimensions; two shapes may not say two things. */
class Sizes {
  readonly #known = new Map<string, number>();

  constructor(given: Dimensions) {
    for (const [name, size] of Object.entries(given)) this.#known.set(name, size);
  }

  get(name: string): number | undefined {
    return this.#known.get(name);
  }

  learn(name: string, size: number, input: string): void {
    const known = this.#known.get(name) ?? size;
    if (known !== size) {
      refuse(
        `the dimension ${quote(name)} of the input ${quote(input)} is said to be ${size}, but elsewhere ${known}: it is one number everywhere`,
      );
    }
    this.#known.set(name, size);
  }
}

function checkStated({ name, dims }: ValueInfo, stated: Shape, sizes: Sizes): void {
  const what = `the input ${quote(name)}`;
  for (const size of stated) {
    if (!Number.isInteger(size) || size < 1) {
      refuse(`the shape ${formatShape(stated)} of ${what} must be integers of at least 1, not ${size}`);
    }
  }
  if (dims === undefined) return;
  if (dims.length !== stated.length) {
    refuse(
      `${what} has ${dims.length} dimensions in the file (${describe(dims)}), but the shape that is asked for has ${stated.length} (${formatShape(stated)})`,
    );
  }
  dims.forEach((dimension, axis) => {
    const size = stated[axis] as number;
    if (isFixed(dimension) && dimension !== size) {
      refuse(
        `dimension ${axis} of ${what} is ${dimension} in the file and not open, but the shape that is asked for, ${formatShape(stated)}, has ${size}`,
      );
    }
    if (typeof dimension === 'string' && dimension !== '') sizes.learn(dimension, size, name);
  });
}

/** The shape of one input; an open first dimension, the batch, is 1 by default. */
function resolve({ name, dims }: ValueInfo, stated: Shape | undefined, sizes: Sizes): Shape {
  if (stated !== undefined) return stated;
  const what = `the input ${quote(name)}`;
  const remedy = `say it with the option shapes: { ${quote(name)}: [${dims?.map((dimension, axis) => (isFixed(dimension) ? dimension : axis === 0 ? 1 : '…')).join(', ') ?? '…'}] }, or export the model with a fixed shape`;
  if (dims === undefined) {
    throw new OpenShapeError(`${what} has no shape in the file: ${remedy}`, name, []);
  }
  return dims.map((dimension, axis) => {
    if (isFixed(dimension)) return dimension;
    const known = typeof dimension === 'string' && dimension !== '' ? sizes.get(dimension) : undefined;
    if (known !== undefined) return known;
    if (axis === 0) return 1;
    throw new OpenShapeError(
      `dimension ${axis} of ${what} is open (${describe(dims)}): ${remedy}`,
      name,
      dims,
    );
  });
}

/**
 * The shapes of all inputs, by name.
 *
 * @throws {OpenShapeError} where one is open and nobody says it.
 * @throws {FormatError} where what is said contradicts the file, or names an input that it does not have.
 */
export function resolveShapes(
  inputs: readonly ValueInfo[],
  { dimensions = {}, shapes = {} }: ShapeOptions,
): ReadonlyMap<string, Shape> {
  const sizes = new Sizes(dimensions);
  const stated = new Map(Object.entries(shapes));
  expectInputsNamed(
    shapes,
    inputs.map(({ name }) => name),
  );
  for (const input of inputs) {
    const shape = stated.get(input.name);
    if (shape !== undefined) checkStated(input, shape, sizes);
  }
  return new Map(inputs.map((input) => [input.name, resolve(input, stated.get(input.name), sizes)]));
}
