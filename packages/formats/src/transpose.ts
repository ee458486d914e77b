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
