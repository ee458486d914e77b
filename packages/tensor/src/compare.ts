import { toFloat32 } from './convert.js';
import { TensorError } from './errors.js';
import { formatShape, rowMajorStrides, type Shape, sameShape } from './shape.js';
import { checkElements, type Tensor } from './tensor.js';

/** One element on which two tensors disagree. */
export interface Mismatch {
  /** Position, outermost dimension first. */
  readonly position: readonly number[];
  readonly actual: number;
  readonly expected: number;
  /** The largest difference that was allowed there. */
  readonly bound: number;
}

/** What comparing two tensors found. */
export interface Comparison {
  readonly ok: boolean;
  /** Largest finite |actual − expected|. */
  readonly maxError: number;
  /** Largest |actual − expected| / bound; over 1 where an element is out of bounds, 0 where bound and error are both 0. */
  readonly maxErrorOverBound: number;
  readonly mismatchCount: number;
  /** The first ten. */
  readonly mismatches: readonly Mismatch[];
}

/** The largest difference allowed: one number for all elements, or one per element in row-major order. */
export type Bound = number | ArrayLike<number>;

function positionOf(index: number, shape: Shape): number[] {
  return rowMajorStrides(shape).map((stride, axis) => Math.floor(index / stride) % (shape[axis] as number));
}

/** The numbers to compare: stored integers as they are, binary16 patterns as the numbers that they stand for. */
const numbersOf = (tensor: Tensor): ArrayLike<number> =>
  tensor.dtype === 'float16' ? toFloat32(tensor).data : tensor.data;

/**
 * Compares element by element. NaN matches NaN only, and an infinity only itself, whatever the bound; −0 equals 0.
 *
 * @throws {TensorError} when the shapes differ, or when the number of bounds is not the number of elements.
 */
export function compareTensors(actual: Tensor, expected: Tensor, bound: Bound): Comparison {
  checkElements(actual, 'the actual tensor');
  checkElements(expected, 'the expected tensor');
  if (typeof bound !== 'number' && typeof bound?.length !== 'number') {
    throw new TensorError(`the bound must be a number, or one for each element, but is ${String(bound)}`);
  }
  if (!sameShape(actual.shape, expected.shape)) {
    throw new TensorError(
      `cannot compare the shapes ${formatShape(actual.shape)} (actual) and ${formatShape(expected.shape)} (expected)`,
    );
  }
  const actualNumbers = numbersOf(actual);
  const expectedNumbers = numbersOf(expected);
  if (typeof bound !== 'number' && bound.length !== expectedNumbers.length) {
    throw new TensorError(
      `${expectedNumbers.length} elements need as many bounds, but there are ${bound.length}`,
    );
  }
  const mismatches: Mismatch[] = [];
  let mismatchCount = 0;
  let maxError = 0;
  let maxErrorOverBound = 0;
  for (let i = 0; i < expectedNumbers.length; i++) {
    const a = actualNumbers[i] as number;
    const e = expectedNumbers[i] as number;
    if (a === e || (Number.isNaN(a) && Number.isNaN(e))) continue;
    const allowed = typeof bound === 'number' ? bound : (bound[i] as number);
    const error = Math.abs(a - e);
    if (Number.isFinite(error)) maxError = Math.max(maxError, error);
    // A bound that is NaN allows nothing.
    const ratio = Number.isFinite(error) && !Number.isNaN(allowed) ? error / allowed : Infinity;
    maxErrorOverBound = Math.max(maxErrorOverBound, ratio);
    if (Number.isFinite(error) && error <= allowed) continue;
    mismatchCount++;
    if (mismatches.length < 10) {
      mismatches.push({ position: positionOf(i, expected.shape), actual: a, expected: e, bound: allowed });
    }
  }
  return { ok: mismatchCount === 0, maxError, maxErrorOverBound, mismatchCount, mismatches };
}

const isMismatch = (mismatch: Mismatch | null | undefined): boolean =>
  Array.isArray(mismatch?.position) &&
  [...mismatch.position, mismatch.actual, mismatch.expected, mismatch.bound].every(
    (value) => typeof value === 'number',
  );

/** A comparison in words, for a test's failure message: the count and the first mismatches with both values. */
export function describeComparison(comparison: Comparison): string {
  const isWhole =
    Array.isArray(comparison?.mismatches) &&
    [comparison.maxError, comparison.mismatchCount].every((value) => typeof value === 'number') &&
    comparison.mismatches.every(isMismatch);
  if (!isWhole) {
    throw new TensorError('what is described must be what compareTensors gave');
  }
  if (comparison.ok) return `equal within bounds (largest error ${comparison.maxError})`;
  const lines = comparison.mismatches.map(
    ({ position, actual, expected, bound }) =>
      `  at [${position.join(', ')}]: ${actual} instead of ${expected}, off by ${Math.abs(actual - expected)} where ${bound} is allowed`,
  );
  return `${comparison.mismatchCount} elements out of bounds, the first ${lines.length}:\n${lines.join('\n')}`;
}
