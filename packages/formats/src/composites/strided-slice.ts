import { formatShape, type Shape } from '@sepconv/tensor';
import { refuse } from '../errors.js';
import type { Part } from '../fold/known.js';
import { type Composer, type Step, step } from './composer.js';
import { parts } from './movements.js';

/** TensorFlow's StridedSlice: lists of positions, and masks of which a bit says something of the entry at its place. */
export interface StridedSlice {
  readonly begin: readonly number[];
  readonly end: readonly number[];
  readonly strides: readonly number[];
  /** Entries whose begin or end does not count. */
  readonly beginMask: number;
  readonly endMask: number;
  /** The entry that stands for all dimensions that no other one names. */
  readonly ellipsisMask: number;
  /** Entries that name no dimension, but add one of extent 1. */
  readonly newAxisMask: number;
  /** Entries that take one position, and whose dimension goes. */
  readonly shrinkAxisMask: number;
}

const isIn = (mask: number, entry: number): boolean => ((mask >> entry) & 1) === 1;

/** What an entry takes of a dimension of this extent. */
function partOf(slice: StridedSlice, entry: number, extent: number): Part {
  const [begin, end] = [slice.begin[entry] ?? 0, slice.end[entry] ?? 0];
  const stride = slice.strides[entry] ?? 1;
  if (isIn(slice.shrinkAxisMask, entry)) {
    const start = begin < 0 ? begin + extent : begin;
    if (!(start >= 0 && start < extent)) refuse(`takes position ${begin} of ${extent}`);
    return { start, step: 1, count: 1 };
  }
  if (stride === 0) refuse('slices in steps of 0');
  // Backwards, a slice may end before the first element.
  const [least, most] = stride < 0 ? [-1, extent - 1] : [0, extent];
  const place = (index: number): number =>
    Math.min(most, Math.max(least, index < 0 ? index + extent : index));
  const start = isIn(slice.beginMask, entry) ? (stride < 0 ? most : least) : place(begin);
  const stop = isIn(slice.endMask, entry) ? (stride < 0 ? least : most) : place(end);
  return { start, step: stride, count: Math.max(0, Math.ceil((stop - start) / stride)) };
}

/** What is taken of each dimension, and the shape of the result, with dimensions that are added and without those that go. */
export function stridedParts(slice: StridedSlice, shape: Shape): { taken: Part[]; result: number[] } {
  const entries = slice.begin.map((_, entry) => entry);
  const named = entries.filter(
    (entry) => !isIn(slice.ellipsisMask, entry) && !isIn(slice.newAxisMask, entry),
  );
  const unnamed = shape.length - named.length;
  if (unnamed < 0) refuse(`names ${named.length} dimensions of ${formatShape(shape)}`);
  const taken: Part[] = [];
  const result: number[] = [];
  const takeWhole = (): void => {
    const count = shape[taken.length] as number;
    taken.push({ start: 0, step: 1, count });
    result.push(count);
  };
  for (const entry of entries) {
    if (isIn(slice.ellipsisMask, entry)) for (let i = 0; i < unnamed; i++) takeWhole();
    else if (isIn(slice.newAxisMask, entry)) result.push(1);
    else {
      const part = partOf(slice, entry, shape[taken.length] as number);
      taken.push(part);
      if (!isIn(slice.shrinkAxisMask, entry)) result.push(part.count);
    }
  }
  while (taken.length < shape.length) takeWhole();
  return { taken, result };
}

/** The slice of a value. */
export function stridedSlice(c: Composer, value: string, slice: StridedSlice): Step {
  const { taken, result } = stridedParts(slice, c.shape(value));
  const part = parts(value, taken);
  const sameRank = slice.shrinkAxisMask === 0 && slice.newAxisMask === 0;
  return sameRank ? part : step('reshape', [c.add(part)], { shape: result });
}
