/** @file Elements at positions that are constant, or that the network computes. */
import { createTensor, elementCount, formatShape } from '@sepconv/tensor';
import { refuse } from '../errors.js';
import { type Composer, type Step, step } from './composer.js';
import { parts } from './movements.js';

/** Constant positions that follow each other at one distance along a dimension of this extent, as a slice of it. */
export function followingPart(
  indices: readonly number[],
  extent: number,
): { readonly start: number; readonly step: number; readonly count: number } | undefined {
  const places = indices.map((index) => (index < 0 ? index + extent : index));
  const outside = places.find((place) => !(place >= 0 && place < extent));
  if (outside !== undefined) refuse(`takes the element ${outside} of ${extent}`);
  const [start = 0, second = start + 1] = places;
  const distance = second - start;
  const follow = distance !== 0 && places.every((place, i) => place === start + i * distance);
  return follow ? { start, step: distance, count: places.length } : undefined;
}

/** Elements at constant positions along a dimension: a slice where they follow each other. */
export function gatheredAt(
  c: Composer,
  data: string,
  axis: number,
  indices: { readonly data: ArrayLike<number>; readonly shape: readonly number[] },
): Step {
  const shape = c.shape(data);
  const numbers = Array.from(indices.data);
  const part = followingPart(numbers, shape[axis] as number);
  if (part === undefined) {
    const places = createTensor('float32', indices.shape, Float32Array.from(numbers));
    return step('gather', [data, c.constant(places)], { axis, batch: 0 });
  }
  const taken = shape.map((count, d) => (d === axis ? part : { start: 0, step: 1, count }));
  if (indices.shape.length === 1) return parts(data, taken);
  const slice = c.add(parts(data, taken));
  return step('reshape', [slice], {
    shape: [...shape.slice(0, axis), ...indices.shape, ...shape.slice(axis + 1)],
  });
}

/**
 * Elements or blocks at positions of several dimensions: the last dimension of the indices names one of each of the data's behind the
 * first `batch`. Together they are one position among all, as numbers that are exact below 2²⁴.
 */
export function gatheredNd(c: Composer, data: string, indices: string, batch: number): Step {
  const [shape, places] = [c.shape(data), c.shape(indices)];
  const depth = places.at(-1) ?? 0;
  const named = shape.slice(batch, batch + depth);
  const size = elementCount(named);
  if (named.length !== depth || depth === 0 || size >= 2 ** 24) {
    refuse(
      `takes elements of ${formatShape(shape)} by indices ${formatShape(places)}, which is not supported`,
    );
  }
  const sizes = c.constant(createTensor('float32', [depth], Float32Array.from(named)));
  const wrapped = c.plain('mul', c.plain('less', indices, c.number(0)), sizes);
  const rows = c.reshaped(c.plain('add', indices, wrapped), [elementCount(places) / depth, depth]);
  const strides = named.map((_, d) => elementCount(named.slice(d + 1)));
  const weight = c.constant(createTensor('float32', [depth, 1], Float32Array.from(strides)));
  const flat = c.reshaped(c.add(step('dense', [rows, weight], {})), places.slice(0, -1));
  const all = c.reshaped(data, [...shape.slice(0, batch), size, ...shape.slice(batch + depth)]);
  return step('gather', [all, flat], { axis: batch, batch });
}

/** The largest, or smallest, numbers along the last dimension and their positions, in order. */
export function extremesAlongLast(
  c: Composer,
  data: string,
  count: number,
  side: 'max' | 'min' = 'max',
): { readonly positions: Step; numbers(positions: string): Step } {
  const signed = side === 'max' ? data : c.plain('neg', data);
  return {
    positions: step('top-k', [signed], { count }),
    numbers: (positions) => gatheredAlongLast(c, data, positions),
  };
}

/** One element for each index: both have the same dimensions but for the last, along which indices count. */
export function gatheredAlongLast(c: Composer, data: string, indices: string): Step {
  const last = c.shape(data).length - 1;
  return step('gather', [data, indices], { axis: last, batch: last });
}
