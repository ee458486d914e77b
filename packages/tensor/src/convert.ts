import { expectDTypeName } from './dtype.js';
import { TensorError } from './errors.js';
import { decodeFloat16, encodeFloat16 } from './float16.js';
import { checkQuantization, type Quantization, storedRange } from './quantization.js';
import { elementCount } from './shape.js';
import { checkElements, createTensor, type Tensor } from './tensor.js';

/** Elements between two neighbours along `axis` in row-major order. */
function strideOf(shape: readonly number[], axis: number): number {
  return elementCount(shape.slice(axis + 1));
}

/**
 * The real numbers that the elements from `first` on stand for, as float32: binary16 is widened, quantized integers become
 * `scale · (stored − zeroPoint)` computed in float64 and rounded once, plain integers are converted. Of a float32 tensor it is
 * a view.
 *
 * @param room where they are put if they have to be made; at least `count` numbers, by default new ones.
 *
 * @internal
 */
export function realNumbers(tensor: Tensor, first: number, count: number, room?: Float32Array): Float32Array {
  const { dtype, shape, quantization, origin } = tensor;
  if (origin?.permutation.every((axis, k) => axis === k)) return realNumbers(origin.from, first, count, room);
  const stored = tensor.data.subarray(first, first + count);
  if (dtype === 'float32') return stored as Float32Array;
  const result = room?.subarray(0, stored.length) ?? new Float32Array(stored.length);
  if (dtype === 'float16') {
    for (let i = 0; i < stored.length; i++) result[i] = decodeFloat16(stored[i] as number);
  } else if (quantization === undefined) {
    result.set(stored);
  } else {
    const { scale, zeroPoint, axis } = quantization;
    const stride = axis === undefined ? tensor.data.length : strideOf(shape, axis);
    // Run by run, each of one channel.
    for (let i = 0; i < stored.length; ) {
      const run = Math.floor((first + i) / stride);
      const [factor, zero] = [scale[run % scale.length], zeroPoint[run % scale.length]] as [number, number];
      const end = Math.min(stored.length, (run + 1) * stride - first);
      for (; i < end; i++) result[i] = factor * ((stored[i] as number) - zero);
    }
  }
  return result;
}

/** The real numbers that a tensor stands for: {@link realNumbers} of all its elements. A float32 tensor is returned as it is. */
export function toFloat32(tensor: Tensor): Tensor<'float32'> {
  checkElements(tensor);
  if (tensor.dtype === 'float32') return tensor as Tensor<'float32'>;
  return createTensor('float32', tensor.shape, realNumbers(tensor, 0, tensor.data.length));
}

/** Binary16 bit patterns nearest to the elements of a float32 tensor. */
export function toFloat16(tensor: Tensor<'float32'>): Tensor<'float16'> {
  checkElements(tensor);
  return createTensor('float16', tensor.shape, Uint16Array.from(tensor.data, encodeFloat16));
}

/**
 * Round half away from zero, as XNNPACK and TensorFlow Lite quantize. `Math.round` rounds a half up; adding one half and
 * taking the floor would be wrong just below it, where the sum rounds to 1.
 */
function roundHalfAway(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value);
}

/**
 * Integers that stand for the elements of a float32 tensor: `clamp(round(real / scale) + zeroPoint)`.
 *
 * @throws {TensorError} when an element is NaN, which no integer can stand for.
 */
export function quantizeTensor<D extends 'int8' | 'uint8' | 'int32'>(
  tensor: Tensor<'float32'>,
  dtype: D,
  quantization: Quantization,
): Tensor<D> {
  checkElements(tensor);
  expectDTypeName(dtype);
  checkQuantization(quantization, tensor.shape);
  const { scale, zeroPoint, axis } = quantization;
  const { min, max } = storedRange(dtype);
  const stride = axis === undefined ? 1 : strideOf(tensor.shape, axis);
  const data =
    dtype === 'int8'
      ? new Int8Array(tensor.data.length)
      : dtype === 'uint8'
        ? new Uint8Array(tensor.data.length)
        : new Int32Array(tensor.data.length);
  for (let i = 0; i < data.length; i++) {
    const channel = axis === undefined ? 0 : Math.floor(i / stride) % scale.length;
    const value = tensor.data[i] as number;
    if (Number.isNaN(value)) throw new TensorError(`element ${i} is NaN, which ${dtype} cannot stand for`);
    const stored = roundHalfAway(value / (scale[channel] as number)) + (zeroPoint[channel] as number);
    data[i] = Math.min(max, Math.max(min, stored));
  }
  return createTensor(dtype, tensor.shape, data as Tensor<D>['data'], quantization);
}
