import { broadcastIndices, type DType, type Tensor } from '@sepconv/tensor';

/** `out[p] = combine(a[p], b[p])`, a dimension of 1 standing for all positions along it; written into `output`. */
export function combineNumbers<D extends DType>(
  [a, b]: readonly [Tensor, Tensor],
  output: Tensor<D>,
  combine: (a: number, b: number) => number,
): Tensor<D> {
  const indicesB = broadcastIndices(b.shape, output.shape);
  broadcastIndices(a.shape, output.shape).forEach((indexA, index) => {
    output.data[index] = combine(a.data[indexA]!, b.data[indicesB[index]!]!);
  });
  return output;
}
