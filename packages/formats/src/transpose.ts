import { createTensor, rowMajorStrides, type Shape, type Tensor } from '@sepconv/tensor';

/**
 * Copies elements at regular places: `target[i₀, i₁, …] = source[start + i₀ · steps[0] + i₁ · steps[1] + …]`, where
 * `target` has `shape` and is filled in row-major order. Steps may be 0 (broadcasting) or negative.
 */
export function copyStrided(
  source: ArrayLike<number>,
  target: Float32Array | Float64Array,
  shape: Shape,
  steps: readonly number[],
  start = 0,
): void {
  const position = new Array<number>(shape.length).fill(0);
  let from = start;
  for (let to = 0; to < target.length; to++) {
    target[to] = source[from] as number;
    // Counts `position` up by one, last dimension first, and moves `from` along with it.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += steps[axis] as number;
      position[axis] = (position[axis] as number) + 1;
      if ((position[axis] as number) < (shape[axis] as number)) break;
      from -= (steps[axis] as number) * (shape[axis] as number);
      position[axis] = 0;
    }
  }
}

/**
 * A tensor with its dimensions in another order: `result[i₀, i₁, …]` is the element whose index along dimension
 * `permutation[k]` is `iₖ`. `transposeTensor(ohwi, [1, 2, 3, 0])` gives HWIO.
 */
export function transposeTensor(
  tensor: Tensor<'float32'>,
  permutation: readonly number[],
): Tensor<'float32'> {
  const strides = rowMajorStrides(tensor.shape);
  const shape = permutation.map((axis) => tensor.shape[axis] as number);
  const data = new Float32Array(tensor.data.length);
  copyStrided(
    tensor.data,
    data,
    shape,
    permutation.map((axis) => strides[axis] as number),
  );
  return createTensor('float32', shape, data);
}
