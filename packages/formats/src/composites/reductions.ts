/** @file Reductions along any dimensions. */
import { elementCount, type Shape } from '@sepconv/tensor';
import { type Composer, type Step, step } from './composer.js';

/** The shape of what is left: with ones for the dimensions that are reduced, or without those. */
function reducedShape(shape: Shape, axes: readonly number[], keeps: boolean): number[] {
  return keeps
    ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : shape.filter((_, axis) => !axes.includes(axis));
}

/** Neighbouring dimensions among the axes, as the first one and how many. */
function runs(axes: readonly number[]): (readonly [first: number, count: number])[] {
  const found: [number, number][] = [];
  for (const axis of axes.toSorted((a, b) => a - b)) {
    const last = found.at(-1);
    if (last !== undefined && last[0] + last[1] === axis) last[1]++;
    else found.push([axis, 1]);
  }
  return found;
}

/**
 * The largest number along some dimensions, at least one: what is reduced and lies together is an image `[before, reduced, 1, after]`
 * of which the whole is pooled, one run of dimensions after the other.
 */
export function largest(c: Composer, value: string, axes: readonly number[], keeps: boolean): Step {
  const shape = c.shape(value);
  if (shape.length === 4 && keeps && axes.length === 2 && axes.includes(1) && axes.includes(2))
    return step('global-max-pool2d', [value]);
  let [current, left] = [value, shape];
  for (const [first, count] of runs(axes)) {
    const reduced = elementCount(left.slice(first, first + count));
    const image = c.reshaped(current, [
      elementCount(left.slice(0, first)),
      reduced,
      1,
      elementCount(left.slice(first + count)),
    ]);
    current = c.plain('global-max-pool2d', image);
    left = left.map((size, axis) => (axis >= first && axis < first + count ? 1 : size));
  }
  return step('reshape', [current], { shape: reducedShape(shape, axes, keeps) });
}

/** The smallest number along some dimensions. */
export const smallest = (c: Composer, value: string, axes: readonly number[], keeps: boolean): Step =>
  step('neg', [c.add(largest(c, c.plain('neg', value), axes, keeps))]);

/** The mean over some dimensions; over height and width of an image it is pooling. */
export function mean(c: Composer, value: string, axes: readonly number[], keeps: boolean): Step {
  const sorted = axes.toSorted((a, b) => a - b);
  const shape = c.shape(value);
  if (shape.length !== 4 || sorted.join() !== '1,2')
    return step('reduce-mean', [value], { axes: sorted, keepDimensions: keeps });
  if (keeps) return step('global-average-pool2d', [value]);
  const pooled = c.plain('global-average-pool2d', value);
  return step('reshape', [pooled], { shape: reducedShape(shape, axes, false) });
}

/** The sum over some dimensions: their mean times the number of elements. */
export function sum(c: Composer, value: string, axes: readonly number[], keeps: boolean): Step {
  const count = elementCount(axes.map((axis) => c.shape(value)[axis] as number));
  return step('mul', [c.add(mean(c, value, axes, keeps)), c.number(count)]);
}

/** One half of a dimension times the other, and what is left over times the first. */
function halved(c: Composer, value: string): string {
  const [rows, size] = c.shape(value) as readonly [number, number];
  const part = (start: number, end: number): string =>
    c.add(step('slice', [value], { starts: [0, start], ends: [rows, end], steps: [1, 1] }));
  const half = Math.floor(size / 2);
  const product = c.plain('mul', part(0, half), part(half, 2 * half));
  if (size % 2 === 0) return product;
  return c.add(step('concat', [product, part(size - 1, size)], { axis: 1 }));
}

/** The product over some dimensions, which are brought to the end and halved until one is left. */
export function product(c: Composer, value: string, axes: readonly number[], keeps: boolean): Step {
  const shape = c.shape(value);
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const turned = c.add(step('transpose', [value], { permutation: [...kept, ...axes] }));
  const count = elementCount(axes.map((axis) => shape[axis] as number));
  let rows = c.reshaped(turned, [elementCount(shape) / count, count]);
  while ((c.shape(rows)[1] as number) > 1) rows = halved(c, rows);
  return step('reshape', [rows], { shape: reducedShape(shape, axes, keeps) });
}

/** A reduction along some dimensions, at least one. */
export type Reduction = (c: Composer, value: string, axes: readonly number[], keeps: boolean) => Step;

const square = (c: Composer, value: string): string => c.plain('mul', value, value);

/** The sum of the sizes, of the squares, and its root. */
export const sumOfSizes: Reduction = (c, value, ...rest) => sum(c, c.plain('abs', value), ...rest);
export const sumOfSquares: Reduction = (c, value, ...rest) => sum(c, square(c, value), ...rest);
export const euclidean: Reduction = (c, ...call) => step('sqrt', [c.add(sumOfSquares(c, ...call))]);

/** The logarithm of the sum. */
export const logSum: Reduction = (c, ...call) => step('log', [c.add(sum(c, ...call))]);

/** `log Σ eˣ`, as `m + log Σ e^(x − m)` with the largest x, so that nothing overflows. */
export const logSumExp: Reduction = (c, value, axes, keeps) => {
  const most = c.add(largest(c, value, axes, true));
  const powers = c.plain('exp', c.plain('sub', value, most));
  const logarithm = c.plain('log', c.add(sum(c, powers, axes, keeps)));
  const offset = keeps ? most : c.reshaped(most, c.shape(logarithm));
  return step('add', [logarithm, offset]);
};
