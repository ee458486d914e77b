import { type DType, rowMajorStrides, type Shape, type Tensor } from '@sepconv/tensor';

/** Strides of an operand in the output's dimensions: 0 where the operand is stretched. */
function broadcastStrides(shape: Shape, rank: number): number[] {
  const strides = rowMajorStrides(shape).map((stride, axis) => (shape[axis] === 1 ? 0 : stride));
  return [...new Array<number>(rank - shape.length).fill(0), ...strides];
}

/** `out[p] = combine(a[p], b[p])`, a dimension of 1 standing for all positions along it; written into `output`. */
export function combineNumbers<D extends DType>(
  [a, b]: readonly [Tensor, Tensor],
  output: Tensor<D>,
  combine: (a: number, b: number) => number,
): Tensor<D> {
  const { shape: outputShape } = output;
  const strides = rowMajorStrides(outputShape);
  const stridesA = broadcastStrides(a.shape, outputShape.length);
  const stridesB = broadcastStrides(b.shape, outputShape.length);
  for (let index = 0; index < output.data.length; index++) {
    let indexA = 0;
    let indexB = 0;
    for (let axis = 0; axis < outputShape.length; axis++) {
      const position = Math.floor(index / strides[axis]!) % outputShape[axis]!;
      indexA += position * stridesA[axis]!;
      indexB += position * stridesB[axis]!;
    }
    output.data[index] = combine(a.data[indexA]!, b.data[indexB]!);
  }
  return output;
}
