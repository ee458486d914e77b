import {
  bytesPerElement,
  createTensor,
  type DType,
  deferFloat32,
  elementCount,
  formatShape,
  type Quantization,
  type Tensor,
  viewTypedArray,
} from '@sepconv/tensor';
import { type Budget, maxRank } from '../budget.js';
import { quote, refuse } from '../errors.js';
import type { ElementType, TfliteTensor } from './model.js';
import { densify } from './sparse.js';

/** Bits that one stored element takes, for the types that a constant may have. */
const bitsOf: { readonly [Type in ElementType]?: number } = {
  float32: 32,
  float16: 16,
  int32: 32,
  uint8: 8,
  int64: 64,
  bool: 8,
  int16: 16,
  int8: 8,
  float64: 64,
  int4: 4,
};

/** How messages call a tensor: by its name, and by its number for those who look into the file. */
export function describeTensor({ name, index }: TfliteTensor): string {
  return `tensor ${index} ${quote(name)}`;
}

/** Two elements a byte, the first one in the low bits, in two's complement. */
function unpackInt4(bytes: Uint8Array, count: number): Int8Array {
  return Int8Array.from({ length: count }, (_, i) => {
    const byte = bytes[i >> 1] as number;
    return i % 2 === 0 ? (byte << 28) >> 28 : (byte << 24) >> 28;
  });
}

/** The stored numbers in a type that a tensor can have; 16 and 64 bits move into the next one that holds them. */
function storedNumbers(
  type: ElementType,
  bytes: Uint8Array,
  count: number,
): { dtype: DType; data: Tensor['data'] } {
  // A copy begins at byte 0 of its own memory, so that every element is aligned.
  const copy = (): ArrayBuffer => new Uint8Array(bytes).buffer;
  const view = (dtype: DType) => {
    const isAligned = bytes.byteOffset % bytesPerElement(dtype) === 0;
    const [buffer, offset] = isAligned ? [bytes.buffer, bytes.byteOffset] : [copy(), 0];
    return { dtype, data: viewTypedArray(dtype, buffer, offset, count) };
  };
  switch (type) {
    case 'int4':
      return { dtype: 'int8', data: unpackInt4(bytes, count) };
    case 'bool':
      return view('uint8');
    case 'int16':
      return { dtype: 'int32', data: Int32Array.from(new Int16Array(copy())) };
    case 'int64':
      return { dtype: 'float64', data: Float64Array.from(new BigInt64Array(copy()), Number) };
    default:
      return view(type as DType);
  }
}

function quantizationOf({ quantization, shape }: TfliteTensor): Quantization | undefined {
  if (quantization === undefined) return undefined;
  const { scale, zeroPoint, axis } = quantization;
  if (scale.length === 1) return { scale, zeroPoint };
  // Some files state the weight's dimension for a bias, which has only one.
  return { scale, zeroPoint, axis: shape.length === 1 ? 0 : axis };
}

/**
 * The real numbers of a constant, in the file's shape.
 *
 * @throws {FormatError} when it has no data, another number of bytes than its shape asks for, or a type that no weight
 * of this library can have.
 */
export function readConstant(tensor: TfliteTensor, budget: Budget): Tensor<'float32'> {
  return deferFloat32(readStored(tensor, budget));
}

/**
 * A constant as it is stored, with what its integers stand for, in the file's shape.
 *
 * @throws {FormatError} as {@link readConstant}.
 */
export function readStored(tensor: TfliteTensor, budget: Budget): Tensor {
  const { data: stored, shape, type, sparsity } = tensor;
  const what = describeTensor(tensor);
  if (stored === undefined) refuse(`${what} must be a constant, but it is computed by the network`);
  const bits = bitsOf[type];
  if (bits === undefined) refuse(`${what} has the element type ${type}, which no weight can have`);
  budget.checkShape(shape, what);
  const count = elementCount(shape);
  const wanted = Math.ceil((count * bits) / 8);
  if (sparsity !== undefined) budget.charge(wanted, what);
  const data = sparsity === undefined ? stored : densify(sparsity, shape, stored, Math.ceil(bits / 8));
  if (data.length !== wanted) {
    refuse(
      `${what} of ${type} ${formatShape(shape)} needs ${wanted} bytes, but its buffer has ${data.length}`,
    );
  }
  budget.charge(data.length + 8 * count, what);
  const { dtype, data: numbers } = storedNumbers(type, data, count);
  return createTensor(dtype, shape, numbers as never, quantizationOf(tensor)) as Tensor;
}

/** The integers of a constant: axes, shapes, amounts of padding. */
export function readIntegers(tensor: TfliteTensor, budget: Budget): number[] {
  if (tensor.type !== 'int32' && tensor.type !== 'int64') {
    refuse(`${describeTensor(tensor)} must hold int32 or int64, but holds ${tensor.type}`);
  }
  if (tensor.data !== undefined && tensor.shape.length === 1 && tensor.shape[0] === 0) return [];
  const count = elementCount(tensor.shape);
  if (count > 2 * maxRank) {
    refuse(`${describeTensor(tensor)} holds ${count} integers, but one or two per dimension are enough`);
  }
  return Array.from(readStored(tensor, budget).data as ArrayLike<number>);
}
