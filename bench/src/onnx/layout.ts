/** @file From channels last to channels first, as ONNX wants it. */
import { createTensor, type Tensor } from '@sepconv/tensor';

/** The elements of a tensor with its dimensions in another order: `order[i]` is the old number of the new dimension i. */
export function transpose({ shape, data }: Tensor<'float32'>, order: readonly number[]): Tensor<'float32'> {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const newShape = order.map((axis) => shape[axis] as number);
  const newStrides = order.map((axis) => strides[axis] as number);
  const result = new Float32Array(data.length);
  const position = newShape.map(() => 0);
  let from = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = data[from] as number;
    // Counts like a mileage counter, and carries the source's place along.
    for (let axis = newShape.length - 1; axis >= 0; axis--) {
      from += newStrides[axis] as number;
      position[axis] = (position[axis] as number) + 1;
      if ((position[axis] as number) < (newShape[axis] as number)) break;
      from -= (newShape[axis] as number) * (newStrides[axis] as number);
      position[axis] = 0;
    }
  }
  return createTensor('float32', newShape, result);
}

/** An image's numbers as `[N, C, H, W]`. */
export const channelsFirst = (image: Tensor<'float32'>): Float32Array => transpose(image, [0, 3, 1, 2]).data;
