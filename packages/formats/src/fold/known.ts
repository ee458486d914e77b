/**
 * @file Numbers that are known before the network runs: shapes and what exporters compute with them, conditions, positions.
 * What a format's own rules make of an op's attributes is handed in; the budget bounds what can be allocated.
 */
import { copyStrided, elementCount, formatShape, rowMajorStrides } from '@sepconv/tensor';
import { type Budget, maxRank } from '../budget.js';
import { refuse } from '../errors.js';

/** Known numbers in row-major order. A dimension may be 0, as in an empty list; without dimensions it is a single number. */
export interface Known {
  readonly shape: readonly number[];
  /** Doubles hold every number of every other type exactly, 64-bit integers beyond 2⁵³ aside. */
  readonly data: Float32Array | Float64Array;
}

/** Checks a shape that may have zeros, and gives its number of elements. */
export function checkKnownShape(shape: readonly number[], what: string): number {
  if (shape.length > maxRank) {
    refuse(`${what} has ${shape.length} dimensions, but at most ${maxRank} are supported`);
  }
  const wrong = shape.findIndex((dimension) => !(Number.isInteger(dimension) && dimension >= 0));
  const count = elementCount(shape);
  if (wrong >= 0 || !Number.isSafeInteger(count)) {
    refuse(`${what} has the impossible shape ${formatShape(shape)}`);
  }
  return count;
}

/** Room for numbers of this shape, of the type of others. */
function allocate(budget: Budget, shape: readonly number[], ...like: readonly Known[]) {
  const count = checkKnownShape(shape, 'the result');
  budget.charge(8 * count, 'the result');
  const isFloat32 = like.length > 0 && like.every(({ data }) => data instanceof Float32Array);
  return isFloat32 ? new Float32Array(count) : new Float64Array(count);
}

/** A list of numbers. */
export const listOf = (numbers: readonly number[]): Known => ({
  shape: [numbers.length],
  data: Float64Array.from(numbers),
});

/** A single number. */
export const single = (number: number): Known => ({ shape: [], data: Float64Array.of(number) });

/** One number everywhere. */
export function filledWith(budget: Budget, shape: readonly number[], value: number): Known {
  return { shape, data: allocate(budget, shape).fill(value) };
}

/** The numbers from `start` on, `step` apart, before `limit`. */
export function range(budget: Budget, start: number, limit: number, step: number): Known {
  const count = Math.max(0, Math.ceil((limit - start) / step));
  if (!Number.isSafeInteger(count)) refuse(`counts from ${start} to ${limit} in steps of ${step}`);
  return { shape: [count], data: allocate(budget, [count]).map((_, i) => start + i * step) };
}

/** Elements at regular places, under a new shape. */
function strided(
  budget: Budget,
  from: Known,
  shape: readonly number[],
  steps: readonly number[],
  start = 0,
): Known {
  const data = allocate(budget, shape, from);
  copyStrided(from.data, data, shape, steps, start);
  return { shape, data };
}

/** The shape of an elementwise op on two shapes, by NumPy's rule. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      refuse(`its inputs ${formatShape(a)} and ${formatShape(b)} do not fit together in dimension ${axis}`);
    }
    return left === 1 ? right : left;
  });
}

/** Numbers repeated along dimensions of 1, to a shape that {@link broadcastShape} gave. */
export function broadcast(budget: Budget, from: Known, shape: readonly number[]): Known {
  const strides = rowMajorStrides(from.shape);
  const missing = shape.length - from.shape.length;
  const steps = shape.map((_, axis) =>
    (from.shape[axis - missing] ?? 1) === 1 ? 0 : (strides[axis - missing] as number),
  );
  return strided(budget, from, shape, steps);
}

/** A function of each number. */
export function mapped(budget: Budget, from: Known, compute: (value: number) => number): Known {
  const data = allocate(budget, from.shape, from);
  for (let i = 0; i < data.length; i++) data[i] = compute(from.data[i] as number);
  return { shape: from.shape, data };
}

/** A function of the numbers at the same place of several, which are broadcast. */
export function combined(
  budget: Budget,
  inputs: readonly Known[],
  compute: (...numbers: number[]) => number,
): Known {
  const shape = inputs.map((input) => input.shape).reduce(broadcastShape);
  const columns = inputs.map((input) => broadcast(budget, input, shape).data);
  const data = allocate(budget, shape, ...inputs);
  for (let i = 0; i < data.length; i++) data[i] = compute(...columns.map((column) => column[i] as number));
  return { shape, data };
}

/** The place that an index means, which counts from the end where it is negative. */
export function placeOf(index: number, extent: number, does: string): number {
  const place = index < 0 ? index + extent : index;
  if (!(place >= 0 && place < extent)) refuse(`${does} element ${index} of ${extent}`);
  return place;
}

/** Along one dimension, the elements at the given indices, of which negative ones count from the end. */
export function gather(budget: Budget, { shape, data }: Known, indices: Known, axis: number): Known {
  const extent = shape[axis] as number;
  const inner = elementCount(shape.slice(axis + 1));
  const outer = elementCount(shape.slice(0, axis));
  const places = Array.from(indices.data, (index) => placeOf(index, extent, 'takes'));
  const resultShape = [...shape.slice(0, axis), ...indices.shape, ...shape.slice(axis + 1)];
  const result = allocate(budget, resultShape, { shape, data });
  let target = 0;
  // Without elements, the loops could still be long: a dimension may be large where another is 0.
  for (let o = 0; o < outer && result.length > 0; o++) {
    for (const place of places) {
      const start = (o * extent + place) * inner;
      result.set(data.subarray(start, start + inner), target);
      target += inner;
    }
  }
  return { shape: resultShape, data: result };
}

/** Several joined along a dimension, in which alone they may differ. */
export function concat(budget: Budget, inputs: readonly Known[], axis: number): Known {
  const [first] = inputs as [Known];
  const fits = inputs.every(
    ({ shape }) =>
      shape.length === first.shape.length &&
      shape.every((dimension, d) => d === axis || dimension === first.shape[d]),
  );
  if (!fits) {
    const shapes = inputs.slice(0, 8).map(({ shape }) => formatShape(shape));
    refuse(`joins ${shapes.join(' and ')} along dimension ${axis}, but only that one may differ`);
  }
  const inner = elementCount(first.shape.slice(axis + 1));
  const outer = elementCount(first.shape.slice(0, axis));
  const extent = inputs.reduce((sum, { shape }) => sum + (shape[axis] as number), 0);
  const shape = first.shape.with(axis, extent);
  const data = allocate(budget, shape, ...inputs);
  let target = 0;
  for (let o = 0; o < outer && data.length > 0; o++) {
    for (const part of inputs) {
      const length = (part.shape[axis] as number) * inner;
      data.set(part.data.subarray(o * length, (o + 1) * length), target);
      target += length;
    }
  }
  return { shape, data };
}

/** The dimensions in another order. */
export function transposed(budget: Budget, from: Known, permutation: readonly number[]): Known {
  const strides = rowMajorStrides(from.shape);
  return strided(
    budget,
    from,
    permutation.map((axis) => from.shape[axis] as number),
    permutation.map((axis) => strides[axis] as number),
  );
}

/** What is taken of one dimension: `count` positions from `start` on, `step` apart. */
export interface Part {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** A part of each dimension. */
export function sliced(budget: Budget, from: Known, parts: readonly Part[]): Known {
  const strides = rowMajorStrides(from.shape);
  return strided(
    budget,
    from,
    parts.map(({ count }) => count),
    parts.map(({ step }, axis) => step * (strides[axis] as number)),
    parts.reduce((sum, { start }, axis) => sum + start * (strides[axis] as number), 0),
  );
}

/** How numbers become one: what nothing becomes, and what each changes. */
export interface Reduction {
  readonly initial: number;
  readonly combine: (before: number, next: number) => number;
}

/** The reductions that every format has. */
export const reductions = {
  max: { initial: -Infinity, combine: Math.max },
  min: { initial: Infinity, combine: Math.min },
  product: { initial: 1, combine: (a, b) => a * b },
  sum: { initial: 0, combine: (a, b) => a + b },
} as const satisfies Record<string, Reduction>;

/** One number of all that lie along some dimensions, which become 1 or go. */
export function reduced(
  budget: Budget,
  from: Known,
  { axes, keeps }: { readonly axes: readonly number[]; readonly keeps: boolean },
  { initial, combine }: Reduction,
): Known {
  const { shape } = from;
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const ones = shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  // What is reduced lies together once its dimensions are the last ones.
  const { data } = transposed(budget, from, [...kept, ...axes]);
  const length = elementCount(axes.map((axis) => shape[axis] as number));
  const result = allocate(budget, ones, from);
  for (let i = 0; i < result.length; i++) {
    let value = initial;
    for (let k = i * length; k < (i + 1) * length; k++) value = combine(value, data[k] as number);
    result[i] = value;
  }
  return { shape: keeps ? ones : kept.map((axis) => shape[axis] as number), data: result };
}

/** All of it so many times along each dimension. */
export function tiled(budget: Budget, from: Known, repeats: readonly number[]): Known {
  if (repeats.length !== from.shape.length) {
    refuse(`repeats ${formatShape(from.shape)} along ${repeats.length} dimensions`);
  }
  return repeats.reduce((result, times, axis) => {
    const extent = result.shape[axis] as number;
    const count = checkKnownShape([times, extent], 'the result');
    // The indices are a list of numbers too.
    budget.charge(8 * count, 'the result');
    const places = listOf(Array.from({ length: count }, (_, i) => i % extent));
    return times === 1 ? result : gather(budget, result, places, axis);
  }, from);
}
