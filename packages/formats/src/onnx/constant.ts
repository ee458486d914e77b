import {
  createTensor,
  decodeFloat16,
  formatShape,
  type Quantization,
  type Tensor,
  zeros,
} from '@sepconv/tensor';
import type { Budget } from '../budget.js';
import { DamagedFileError, quote, refuse } from '../errors.js';
import { checkKnownShape, type Known } from '../fold/known.js';
import type { ElementType, StoredTensor } from './model.js';

/** A value that is known before the network runs, in the file's layout. */
export interface Constant extends Known {
  readonly kind: 'constant';
  readonly type: ElementType;
}

/** Whether the type holds whole numbers, of which divisions cut off the rest. */
export function isInteger(type: ElementType): boolean {
  return /^u?int/.test(type);
}

/** A constant of computed numbers; float32 rounds each. */
export function constantOf(
  type: ElementType,
  shape: readonly number[],
  numbers: ArrayLike<number>,
): Constant {
  // Doubles hold every number of every other type exactly, 64-bit integers aside.
  const data = type === 'float32' ? new Float32Array(numbers) : new Float64Array(numbers);
  return { kind: 'constant', type, shape, data };
}

/** Readers of one element out of raw bytes, and the bytes that it takes. */
const rawElements: {
  readonly [Type in ElementType]?: readonly [bytes: number, read: (view: DataView, at: number) => number];
} = {
  float32: [4, (view, at) => view.getFloat32(at, true)],
  uint8: [1, (view, at) => view.getUint8(at)],
  int8: [1, (view, at) => view.getInt8(at)],
  uint16: [2, (view, at) => view.getUint16(at, true)],
  int16: [2, (view, at) => view.getInt16(at, true)],
  int32: [4, (view, at) => view.getInt32(at, true)],
  int64: [8, (view, at) => Number(view.getBigInt64(at, true))],
  bool: [1, (view, at) => (view.getUint8(at) === 0 ? 0 : 1)],
  float16: [2, (view, at) => decodeFloat16(view.getUint16(at, true))],
  float64: [8, (view, at) => view.getFloat64(at, true)],
  uint32: [4, (view, at) => view.getUint32(at, true)],
  uint64: [8, (view, at) => Number(view.getBigUint64(at, true))],
};

/** Bytes that a tensor takes when it is stored as bytes. */
export function storedBytes({ name, type, dims }: StoredTensor): number {
  const what = `the tensor ${quote(name)}`;
  const [bytes] = rawElements[type] ?? refuse(`${what} has the element type ${type}, which is not supported`);
  return bytes * checkKnownShape(dims, what);
}

/**
 * The numbers of a stored tensor.
 *
 * @throws {FormatError} when they are elsewhere, of an unsupported type, or not as many as the shape asks for.
 */
export function decodeTensor(stored: StoredTensor, budget: Budget, name = stored.name): Constant {
  const what = `the tensor ${quote(name)}`;
  const { type, dims, raw, numbers } = stored;
  if (stored.external !== undefined) {
    refuse(`${what} lies in another file, where only a tensor that is part of the model is expected`);
  }
  const element = rawElements[type];
  if (element === undefined) refuse(`${what} has the element type ${type}, which is not supported`);
  const count = checkKnownShape(dims, what);
  const [bytes, read] = element;
  const has = raw === undefined ? numbers.length : raw.length / bytes;
  if (has !== count) {
    throw new DamagedFileError(
      `${what} of ${type} ${formatShape(dims)} needs ${count} elements, but has ${has}`,
    );
  }
  budget.charge(8 * count, what);
  if (raw === undefined) {
    // float16 stands in int32_data as bit patterns.
    return constantOf(type, dims, type === 'float16' ? numbers.map(decodeFloat16) : numbers);
  }
  if (type === 'float32') {
    // Weights, mostly: a view of the file where they are aligned. All that runs JavaScript today is little-endian, like the file.
    const { buffer, byteOffset } = raw.byteOffset % bytes === 0 ? raw : new Uint8Array(raw);
    return { kind: 'constant', type, shape: dims, data: new Float32Array(buffer, byteOffset, count) };
  }
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const data = new Float64Array(count);
  for (let i = 0; i < count; i++) data[i] = read(view, i * bytes);
  return { kind: 'constant', type, shape: dims, data };
}

/** Integers that a graph computes with. */
export type IntegerType = 'int8' | 'uint8' | 'int32';

/** The type, if a graph computes with its integers. */
export function integerType(type: string | undefined): IntegerType | undefined {
  return type === 'int8' || type === 'uint8' || type === 'int32' ? type : undefined;
}

/** The integers of a constant of that type. */
export function toIntegers<D extends IntegerType>(
  { shape, data }: Constant,
  dtype: D,
  quantization?: Quantization,
): Tensor<D> {
  const integers = zeros(dtype, [data.length]);
  integers.data.set(data);
  return createTensor(dtype, shape, integers.data, quantization);
}

/** The constant as weights; float32 ones share its memory. */
export function toTensor({ shape, data }: Constant): Tensor<'float32'> {
  if (data instanceof Float32Array) return createTensor('float32', shape, data);
  const numbers = new Float32Array(data);
  const lost = numbers.findIndex((value, i) => !Number.isFinite(value) && Number.isFinite(data[i]));
  if (lost >= 0) refuse(`holds ${data[lost]}, which is beyond float32, in which networks are computed`);
  return createTensor('float32', shape, numbers);
}
