import {
  createTensor,
  rowMajorStrides,
  type Shape,
  stridedIndices,
  type Tensor,
  zeros,
} from '@sepconv/tensor';

/** `out[i₀, i₁, …] = in.data[offset + i₀ · strides[0] + i₁ · strides[1] + …]` */
export function copyView(
  input: Tensor,
  outputShape: Shape,
  offset: number,
  strides: readonly number[],
): Tensor {
  const output = zeros(input.dtype, outputShape);
  stridedIndices(outputShape, strides, offset).forEach((source, index) => {
    output.data[index] = input.data[source]!;
  });
  return output;
}

/** The same elements in the same order under another shape, copied. */
export function copyElements({ dtype, data }: Tensor, outputShape: Shape): Tensor {
  return createTensor(dtype, outputShape, data.slice());
}

/** The index along `axis` of the element at `index`; 0 without an axis. */
export function channelOf(index: number, shape: Shape, axis: number | undefined): number {
  if (axis === undefined) return 0;
  return Math.floor(index / rowMajorStrides(shape)[axis]!) % shape[axis]!;
}
