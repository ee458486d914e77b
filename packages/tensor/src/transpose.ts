import { toFloat32 } from './convert.js';
import type { DType, TypedArrayOf } from './dtype.js';
import { TensorError } from './errors.js';
import { elementCount, formatShape, rowMajorStrides, type Shape, sameShape } from './shape.js';
import { checkElements, createTensor, type Origin, type Tensor, zeros } from './tensor.js';

/**
 * Copies elements at regular places: `target[i₀, i₁, …] = source[start + i₀ · steps[0] + i₁ · steps[1] + …]`, where
 * `target` has `shape` and is filled in row-major order. Steps may be 0 (broadcasting) or negative.
 *
 * @internal
 */
export function copyStrided(
  source: ArrayLike<number>,
  target: TypedArrayOf[DType],
  shape: Shape,
  steps: readonly number[],
  start = 0,
): void {
  if (target.length === 0) return;
  // The last dimension is the inner loop; the others are counted up around it.
  const inner = shape.at(-1) ?? 1;
  const step = steps.at(-1) ?? 0;
  const outer = shape.slice(0, -1);
  const position = outer.map(() => 0);
  let row = start;
  for (let to = 0; to < target.length; to += inner) {
    for (let i = 0, from = row; i < inner; i++, from += step) target[to + i] = source[from] as number;
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      row += steps[axis] as number;
      position[axis] = (position[axis] as number) + 1;
      if ((position[axis] as number) < (outer[axis] as number)) break;
      row -= (steps[axis] as number) * (outer[axis] as number);
      position[axis] = 0;
    }
  }
}

/** @throws {TensorError} when it does not name each axis once. */
function checkPermutation(permutation: readonly number[], shape: Shape): void {
  const isFit =
    Array.isArray(permutation) &&
    permutation.length === shape.length &&
    shape.every((_, axis) => permutation.includes(axis));
  if (isFit) return;
  throw new TensorError(
    `a permutation of ${formatShape(shape)} names each of the axes 0 to ${shape.length - 1} once, such as [0, 3, 1, 2], but is ${Array.isArray(permutation) ? `[${formatShape(permutation)}]` : String(permutation)}`,
  );
}

/**
 * A tensor with its dimensions in another order: `result[i₀, i₁, …]` is the element whose index along dimension
 * `permutation[k]` is `iₖ`. `transposeTensor(ohwi, [1, 2, 3, 0])` gives HWIO. Scales for each
 * index of a dimension go with it.
 */
export function transposeTensor<D extends DType>(
  tensor: Tensor<D>,
  permutation: readonly number[],
): Tensor<D> {
  checkElements(tensor);
  checkPermutation(permutation, tensor.shape);
  const strides = rowMajorStrides(tensor.shape);
  const shape = permutation.map((axis) => tensor.shape[axis] as number);
  const result = zeros(tensor.dtype, shape);
  copyStrided(
    tensor.data,
    result.data,
    shape,
    permutation.map((axis) => strides[axis] as number),
  );
  const { quantization } = tensor;
  if (quantization?.axis === undefined) return { ...result, ...(quantization && { quantization }) };
  return { ...result, quantization: { ...quantization, axis: permutation.indexOf(quantization.axis) } };
}

/** A tensor whose numbers are made of others when they are first read. */
function deferred<D extends DType>(
  { dtype, shape, quantization }: Omit<Tensor<D>, 'data'>,
  origin: Origin,
): Tensor<D> {
  let data: TypedArrayOf[D] | undefined;
  const tensor = {
    dtype,
    shape,
    get data(): TypedArrayOf[D] {
      const made = (): Tensor => transposeTensor(origin.from, origin.permutation);
      data ??= (dtype === origin.from.dtype ? made() : toFloat32(made())).data as TypedArrayOf[D];
      return data;
    },
    ...(quantization && { quantization }),
  };
  return Object.defineProperty(tensor, 'origin', { value: origin });
}

/** As {@link transposeTensor}, made when the numbers are first read. */
export function deferTranspose<D extends DType>(
  tensor: Tensor<D>,
  permutation: readonly number[],
): Tensor<D> {
  checkElements(tensor);
  checkPermutation(permutation, tensor.shape);
  const { dtype, quantization, origin } = tensor;
  const shape = permutation.map((axis) => tensor.shape[axis] as number);
  const axis = quantization?.axis === undefined ? undefined : permutation.indexOf(quantization.axis);
  const moved = quantization && {
    quantization: axis === undefined ? quantization : { ...quantization, axis },
  };
  const turned = origin?.permutation.map((from) => origin.from.shape[from] as number);
  const composed = permutation.map((dimension) => origin?.permutation[dimension] as number);
  // What was given another shape in between is turned as it is then.
  const isTurned = turned !== undefined && sameShape(turned, tensor.shape);
  const made = isTurned
    ? { from: (origin as Origin).from, permutation: composed }
    : { from: tensor, permutation };
  return deferred({ dtype, shape, ...moved }, made);
}

/** As {@link toFloat32}, made when the numbers are first read. */
export function deferFloat32(tensor: Tensor): Tensor<'float32'> {
  checkElements(tensor);
  if (tensor.dtype === 'float32') return tensor as Tensor<'float32'>;
  const permutation = tensor.shape.map((_, axis) => axis);
  return deferred({ dtype: 'float32', shape: tensor.shape }, { from: tensor, permutation });
}

/**
 * The same elements under another shape; the array is shared, or made when it is first read.
 *
 * @throws {TensorError} when the number of elements differs.
 */
export function reshapeTensor<D extends DType>(tensor: Tensor<D>, shape: Shape): Tensor<D> {
  checkElements(tensor);
  if (tensor.quantization?.axis !== undefined) {
    throw new TensorError('a tensor that is quantized per channel keeps its shape: dequantize it first');
  }
  const { dtype, quantization, origin } = tensor;
  if (origin === undefined) return createTensor(dtype, shape, tensor.data, quantization);
  if (elementCount(shape) !== elementCount(tensor.shape))
    throw new TensorError(
      `${formatShape(tensor.shape)} and ${formatShape(shape)} differ in their number of elements`,
    );
  return deferred({ dtype, shape: [...shape], ...(quantization && { quantization }) }, origin);
}
