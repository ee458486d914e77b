import { TensorError } from './errors.js';

/** Dimensions, outermost first. Images are `[N, H, W, C]`, vectors `[N, C]`; a scalar is `[]`. */
export type Shape = readonly number[];

/** @throws {TensorError} when it is no list of numbers. */
function expectDimensions(shape: Shape): void {
  if (Array.isArray(shape) && shape.every((dimension) => typeof dimension === 'number')) return;
  throw new TensorError(
    `a shape must be a list of dimensions, such as [1, 224, 224, 3], but is ${String(shape)}`,
  );
}

/**
 * The product of the dimensions; 1 for a scalar.
 *
 * @throws {TensorError} when it is no list of numbers.
 */
export function elementCount(shape: Shape): number {
  expectDimensions(shape);
  let count = 1;
  for (const dimension of shape) count *= dimension;
  return count;
}

/** `1×224×224×3`, as every message of the project writes a shape; `scalar` for no dimension. */
export function formatShape(shape: Shape): string {
  if (!Array.isArray(shape)) return String(shape);
  return shape.length === 0 ? 'scalar' : shape.map(String).join('×');
}

/** Whether two shapes have the same dimensions in the same order. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return false;
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}

/** Row-major strides in elements: `[H·W·C, W·C, C, 1]` for `[N, H, W, C]`. */
export function rowMajorStrides(shape: Shape): number[] {
  expectDimensions(shape);
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis] as number;
  }
  return strides;
}

/**
 * For every position of a shape, in row-major order, `offset + i₀ · strides[0] + i₁ · strides[1] + …`: where a view of another tensor has
 * its element. Strides may be 0 or negative.
 *
 * @internal
 */
export function stridedIndices(shape: Shape, strides: readonly number[], offset = 0): number[] {
  return Array.from({ length: elementCount(shape) }, (_, position) => {
    let index = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] as number;
      index += (position % size) * (strides[axis] as number);
      position = Math.floor(position / size);
    }
    return index;
  });
}

/**
 * For every position of a shape, which element of an operand stands there when it is stretched to it, as NumPy does.
 *
 * @internal
 */
export function broadcastIndices(operand: Shape, shape: Shape): number[] {
  const strides = rowMajorStrides(operand).map((stride, axis) => (operand[axis] === 1 ? 0 : stride));
  const missing = new Array<number>(shape.length - operand.length).fill(0);
  return stridedIndices(shape, [...missing, ...strides]);
}

/**
 * Checks that every dimension is a positive integer and that the product can be addressed exactly.
 *
 * @throws {TensorError} naming the axis and the number.
 */
export function checkShape(shape: Shape, what = 'a tensor'): void {
  if (!Array.isArray(shape)) {
    throw new TensorError(
      `the shape of ${what} must be a list of dimensions, such as [1, 224, 224, 3], but is ${String(shape)}`,
    );
  }
  shape.forEach((dimension, axis) => {
    if (!Number.isInteger(dimension) || dimension < 1) {
      throw new TensorError(
        `the shape of ${what} is ${formatShape(shape)}, but dimension ${axis} must be an integer of at least 1, not ${dimension}`,
      );
    }
  });
  if (!Number.isSafeInteger(elementCount(shape))) {
    throw new TensorError(
      `the shape of ${what} is ${formatShape(shape)}, more elements than can be addressed`,
    );
  }
}
