import { createTensor, rowMajorStrides, type Tensor } from '@sepconv/tensor';

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
  const steps = permutation.map((axis) => strides[axis] as number);
  const result = new Float32Array(tensor.data.length);
  const position = new Array<number>(shape.length).fill(0);
  let source = 0;
  for (let target = 0; target < result.length; target++) {
    result[target] = tensor.data[source] as number;
    // Counts `position` up by one, last dimension first, and moves `source` along with it.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += steps[axis] as number;
      position[axis] = (position[axis] as number) + 1;
      if ((position[axis] as number) < (shape[axis] as number)) break;
      source -= (steps[axis] as number) * (shape[axis] as number);
      position[axis] = 0;
    }
  }
  return createTensor('float32', shape, result);
}
