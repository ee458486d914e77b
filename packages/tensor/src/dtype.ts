import { TensorError } from './errors.js';

/** The array that holds each element type. `float16` keeps IEEE 754 binary16 bit patterns. */
export interface TypedArrayOf {
  float32: Float32Array;
  float64: Float64Array;
  float16: Uint16Array;
  int8: Int8Array;
  uint8: Uint8Array;
  int32: Int32Array;
}

/** Element type of a tensor. */
export type DType = keyof TypedArrayOf;

interface TypedArrayConstructor<D extends DType> {
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): TypedArrayOf[D];
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArrayOf[D];
}

const constructors: { readonly [D in DType]: TypedArrayConstructor<D> } = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int32: Int32Array,
};

/** Every element type, in the order of the documentation. */
export const dtypes = Object.keys(constructors) as readonly DType[];

/** @throws {TensorError} when there is no such element type. */
export function expectDTypeName(dtype: unknown): void {
  if (typeof dtype === 'string' && Object.hasOwn(constructors, dtype)) return;
  throw new TensorError(`there is no element type ${String(dtype)}: there are ${dtypes.join(', ')}`);
}

/** Bytes that one element takes. */
export function bytesPerElement(dtype: DType): number {
  expectDTypeName(dtype);
  return constructors[dtype].BYTES_PER_ELEMENT;
}

/**
 * A new array of `length` zeros.
 *
 * @throws {TensorError} when there is no such element type, or the length is none.
 */
export function allocateTypedArray<D extends DType>(dtype: D, length: number): TypedArrayOf[D] {
  expectDTypeName(dtype);
  if (!Number.isSafeInteger(length) || length < 0) {
    throw new TensorError(`an array has a whole number of elements, not ${String(length)}`);
  }
  return new constructors[dtype](length);
}

/**
 * An array of `length` elements over existing memory, nothing copied.
 *
 * @internal
 */
export function viewTypedArray<D extends DType>(
  dtype: D,
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
): TypedArrayOf[D] {
  return new constructors[dtype](buffer, byteOffset, length);
}

/** Whether `data` is the array that `dtype` asks for. */
export function isTypedArrayOf(dtype: DType, data: unknown): boolean {
  expectDTypeName(dtype);
  return data instanceof constructors[dtype];
}
