import {
  type DType,
  rowMajorStrides,
  type Shape,
  type Tensor,
  type TypedArrayOf,
  zeros,
} from '@sepconv/tensor';

/**
 * Copies elements at regular places: `target[i₀, i₁, …] = source[start + i₀ · steps[0] + i₁ · steps[1] + …]`, where
 * `target` has `shape` and is filled in row-major order. Steps may be 0 (broadcasting) or negative.
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

/**
 * A tensor with its dimensions in another order: `result[i₀, i₁, …]` is the element whose index along dimension
 * `permutation[k]` is `iₖ`. `transposeTensor(ohwi, [1, 2, 3, 0])` gives HWIO. Scales for each
 * index of a dimension go with it.
 */
export function transposeTensor<D extends DType>(
  tensor: Tensor<D>,
  permutation: readonly number[],
): Tensor<D> {
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
