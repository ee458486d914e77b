import {
  allocateTypedArray,
  bytesPerElement,
  type DType,
  expectDTypeName,
  isTypedArrayOf,
  type TypedArrayOf,
} from './dtype.js';
import { TensorError } from './errors.js';
import { checkQuantization, type Quantization } from './quantization.js';
import { checkShape, elementCount, formatShape, type Shape } from './shape.js';

/** What the numbers of a tensor are made of, dimension `k` of theirs being dimension `permutation[k]` of `from`. */
export interface Origin {
  readonly from: Tensor;
  readonly permutation: readonly number[];
}

/** Numbers with a shape, stored densely in row-major order. Plain data: no method, no hidden state, nothing to free. */
export interface Tensor<D extends DType = DType> {
  readonly dtype: D;
  readonly shape: Shape;
  readonly data: TypedArrayOf[D];
  /** How integers stand for real numbers; absent for floating point and for plain integers. */
  readonly quantization?: Quantization;
  /**
   * Only in a tensor whose `data` is made when it is first read, for who can do with less: the numbers as a file has them, of which
   * the tensor's are the real numbers where the types differ. Copies of the object do not have it.
   */
  readonly origin?: Origin;
}

/**
 * Checks that an object made by hand holds an array of its type with as many elements as its shape asks for. What
 * {@link createTensor} made does.
 *
 * @throws {TensorError} naming both types, or both numbers of elements.
 */
export function checkElements(
  tensor: Pick<Tensor, 'dtype' | 'shape' | 'origin'> & { readonly data: ArrayLike<number> },
  what = `a ${String(tensor?.dtype)} tensor`,
): void {
  if (typeof tensor !== 'object' || tensor === null) {
    throw new TensorError(`${what} must be a tensor, but is ${String(tensor)}: make one with createTensor`);
  }
  const { dtype, shape } = tensor;
  expectDTypeName(dtype);
  checkShape(shape);
  // What is still to be made has been checked.
  if (tensor.origin !== undefined) return;
  const { data } = tensor;
  if (!isTypedArrayOf(dtype, data)) {
    const found = (data as object | undefined)?.constructor.name ?? String(data);
    throw new TensorError(`${what} needs a ${allocateTypedArray(dtype, 0).constructor.name}, not a ${found}`);
  }
  if (data.length !== elementCount(shape)) {
    throw new TensorError(
      `${what}: the shape ${formatShape(shape)} needs ${elementCount(shape)} elements, but the array has ${data.length}`,
    );
  }
}

/**
 * A tensor over an existing array, which is used, not copied.
 *
 * @throws {TensorError} when the array is of another type or length than dtype and shape ask for.
 *
 * @example
 * createTensor('float32', [1, 2, 2, 1], new Float32Array([1, 2, 3, 4]));
 */
export function createTensor<D extends DType>(
  dtype: D,
  shape: Shape,
  data: TypedArrayOf[D],
  quantization?: Quantization,
): Tensor<D> {
  checkElements({ dtype, shape, data });
  if (quantization === undefined) return { dtype, shape: [...shape], data };
  checkQuantization(quantization, shape);
  return { dtype, shape: [...shape], data, quantization };
}

/** @throws {TensorError} where numbers are something else. */
function checkNumbers(values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (typeof values[i] === 'number') continue;
    throw new TensorError(`element ${i} of a tensor must be a number, but is ${String(values[i])}`);
  }
}

/** A float32 tensor from plain numbers, each rounded to float32. */
export function float32Tensor(shape: Shape, values: ArrayLike<number>): Tensor<'float32'> {
  if (typeof values !== 'object' || values === null) {
    throw new TensorError(`a tensor is made of a list of numbers, but was given ${String(values)}`);
  }
  checkNumbers(values);
  return createTensor('float32', shape, Float32Array.from(values));
}

/** A tensor of zeros. */
export function zeros<D extends DType>(dtype: D, shape: Shape): Tensor<D> {
  expectDTypeName(dtype);
  checkShape(shape);
  return { dtype, shape: [...shape], data: allocateTypedArray(dtype, elementCount(shape)) };
}

/** A tensor with every element equal to `value`. */
export function filled<D extends DType>(dtype: D, shape: Shape, value: number): Tensor<D> {
  if (typeof value !== 'number')
    throw new TensorError(`a tensor is filled with a number, not with ${String(value)}`);
  const tensor = zeros(dtype, shape);
  tensor.data.fill(value);
  return tensor;
}

/** Bytes that the elements take. */
export function byteLength(tensor: { readonly dtype: DType; readonly shape: Shape }): number {
  if (typeof tensor !== 'object' || tensor === null) {
    throw new TensorError(`the bytes of a tensor are asked for, but it is ${String(tensor)}`);
  }
  return elementCount(tensor.shape) * bytesPerElement(tensor.dtype);
}

/**
 * Narrows a tensor to one element type.
 *
 * @throws {TensorError} naming both types.
 */
export function expectDType<D extends DType>(tensor: Tensor, dtype: D, what = 'this tensor'): Tensor<D> {
  if (tensor?.dtype !== dtype) {
    throw new TensorError(`${what} must be ${String(dtype)}, but is ${String(tensor?.dtype ?? tensor)}`);
  }
  return tensor as Tensor<D>;
}
