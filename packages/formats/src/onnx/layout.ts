/**
 * @file Which element of a value lies where. ONNX counts dimensions as the exporter did, mostly N, C, H, W; a graph here
 * stores images as N, H, W, C. The importer keeps both views of every value, so that most transposes and reshapes move
 * nothing: they only change how the file's dimensions map to the memory.
 *
 * A value's memory is a row of `extents`, outermost first. Each dimension of the file is a list of those: an image has
 * the extents `[N, H, W, C]` and the dimensions `[[0], [3], [1], [2]]`; flattened by the file to `[N, C·H·W]`, the
 * dimensions are `[[0], [3, 1, 2]]`, and the memory is the same. Extents of 1 are left out: they may stand anywhere.
 */
import { elementCount, formatShape, type Shape } from '@sepconv/tensor';

/** A value that the network computes. */
export interface Value {
  readonly kind: 'value';
  /** The graph's value; its shape there has the same elements in the same order, grouped in some way. */
  readonly name: string;
  readonly extents: readonly number[];
  readonly dimensions: readonly (readonly number[])[];
  /**
   * Present where the file counts in stored integers, `real = scale · (stored − zeroPoint)`, of which the graph has the real
   * numbers. Where the graph has the integers themselves, its types say so.
   */
  readonly stored?: { readonly scale: number; readonly zeroPoint: number };
}

/** An order of the file's dimensions in memory: `[0, 2, 3, 1]` for images. */
export type Order = readonly number[];

/** As the file counts them. */
export function naturalOrder(rank: number): Order {
  return Array.from({ length: rank }, (_, axis) => axis);
}

/** The second dimension, the channels, last: N, H, W, C for images. Natural below three dimensions. */
export function channelsLast(rank: number): Order {
  return rank < 3 ? naturalOrder(rank) : [0, ...naturalOrder(rank).slice(2), 1];
}

/** The shape with ones in front, as many as it lacks to that many dimensions. */
export const withLeadingOnes = (shape: readonly number[], rank: number): number[] => [
  ...new Array<number>(rank - shape.length).fill(1),
  ...shape,
];

/** A graph value whose memory holds the file's dimensions in this order. */
export function valueInOrder(name: string, shape: Shape, order: Order): Value {
  const extents: number[] = [];
  const dimensions: number[][] = shape.map(() => []);
  for (const axis of order) {
    const extent = shape[axis] as number;
    if (extent === 1) continue;
    dimensions[axis] = [extents.length];
    extents.push(extent);
  }
  return { kind: 'value', name, extents, dimensions };
}

/** The shape that the file sees. */
export function shapeOf({ extents, dimensions }: Value): number[] {
  return dimensions.map((parts) => elementCount(parts.map((part) => extents[part] as number)));
}

const isAscending = (parts: readonly number[]): boolean => parts.every((part, i) => part === i);

/** Whether the memory holds the dimensions in this order. */
export function isInOrder({ dimensions }: Value, order: Order): boolean {
  return isAscending(order.flatMap((axis) => dimensions[axis] ?? []));
}

/**
 * An order in which the memory holds the dimensions: channels last or natural where that is true, else another;
 * `undefined` when a dimension's elements do not lie in the file's order.
 */
export function orderOf(value: Value): Order | undefined {
  const { dimensions } = value;
  const rank = dimensions.length;
  const found = [channelsLast(rank), naturalOrder(rank)].find((order) => isInOrder(value, order));
  if (found !== undefined) return found;
  const place = (axis: number): number => dimensions[axis]?.[0] ?? -1;
  const sorted = naturalOrder(rank).toSorted((a, b) => place(a) - place(b));
  return isInOrder(value, sorted) ? sorted : undefined;
}

/** The same memory, of which the file's dimension `k` is now its dimension `permutation[k]`. */
export function permuteDimensions(value: Value, permutation: readonly number[]): Value {
  return { ...value, dimensions: permutation.map((axis) => value.dimensions[axis] ?? []) };
}

/** Neighbours in the file's order that are neighbours in memory too, as one extent each. */
function coalesce(value: Value): { extents: number[]; sequence: number[] } {
  const runs: number[][] = [];
  for (const part of value.dimensions.flat()) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1) === part - 1) run.push(part);
    else runs.push([part]);
  }
  const inMemory = runs.toSorted((a, b) => (a[0] as number) - (b[0] as number));
  return {
    extents: inMemory.map((run) => elementCount(run.map((part) => value.extents[part] as number))),
    sequence: runs.map((run) => inMemory.indexOf(run)),
  };
}

/**
 * The same memory seen under another shape with the elements in the file's order, as ONNX's Reshape, Flatten, Squeeze
 * and Unsqueeze ask for; `undefined` when a new dimension would take elements that do not lie evenly spaced.
 */
export function regroup(value: Value, shape: Shape): Value | undefined {
  const { extents, sequence } = coalesce(value);
  const pieces: { run: number; extent: number }[] = [];
  const dimensions: number[][] = [];
  let next = 0;
  let left = extents[sequence[0] ?? -1] ?? 1;
  for (const dimension of shape) {
    const taken: number[] = [];
    let wanted = dimension;
    while (wanted > 1) {
      if (left === 1) {
        next++;
        left = extents[sequence[next] ?? -1] ?? 0;
      }
      // The whole rest of a run, or its outer part; anything else would need elements from two runs at once.
      const extent = wanted % left === 0 ? left : wanted;
      if (left === 0 || left % extent !== 0) return undefined;
      taken.push(pieces.length);
      pieces.push({ run: sequence[next] as number, extent });
      wanted /= extent;
      left /= extent;
    }
    dimensions.push(taken);
  }
  // Pieces of a run were taken outermost first, and the runs lie in memory by their number.
  const inMemory = naturalOrder(pieces.length).toSorted(
    (a, b) => (pieces[a]?.run as number) - (pieces[b]?.run as number) || a - b,
  );
  const placeOf = new Map(inMemory.map((piece, place) => [piece, place]));
  return {
    ...value,
    extents: inMemory.map((piece) => pieces[piece]?.extent as number),
    dimensions: dimensions.map((taken) => taken.map((piece) => placeOf.get(piece) as number)),
  };
}

/** How messages describe a value: its shape in the file, and where it is not natural, the order in memory. */
export function describeLayout(value: Value): string {
  const order = orderOf(value);
  const shape = formatShape(shapeOf(value));
  if (order === undefined) return `${shape} (in memory in another order)`;
  return isInOrder(value, naturalOrder(order.length)) ? shape : `${shape} (in memory as ${order.join(', ')})`;
}
