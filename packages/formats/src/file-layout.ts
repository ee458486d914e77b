import { type DType, type Tensor, transposeTensor } from '@sepconv/tensor';
import type { ImportedInput, ImportedOutput } from './imported-network.js';

/** A tensor as the file counts its dimensions, for instance N, C, H, W, as the graph's input: N, H, W, C. */
export function toGraphLayout<D extends DType>(
  tensor: Tensor<D>,
  { fileAxes }: Pick<ImportedInput, 'fileAxes'>,
): Tensor<D> {
  return fileAxes === undefined ? tensor : transposeTensor(tensor, fileAxes);
}

/** A tensor that the graph gave, N, H, W, C for an image, as the file counts its dimensions. */
export function toFileLayout<D extends DType>(
  tensor: Tensor<D>,
  { fileAxes }: Pick<ImportedOutput, 'fileAxes'>,
): Tensor<D> {
  if (fileAxes === undefined) return tensor;
  return transposeTensor(
    tensor,
    fileAxes.map((_, axis) => fileAxes.indexOf(axis)),
  );
}
