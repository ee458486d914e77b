import type { Tensor } from '@sepconv/tensor';
import type { ImportedInput, ImportedOutput } from './imported-network.js';
import { transposeTensor } from './transpose.js';

/** A tensor as the file counts its dimensions, for instance N, C, H, W, as the graph's input: N, H, W, C. */
export function toGraphLayout(
  tensor: Tensor<'float32'>,
  { fileAxes }: Pick<ImportedInput, 'fileAxes'>,
): Tensor<'float32'> {
  return fileAxes === undefined ? tensor : transposeTensor(tensor, fileAxes);
}

/** A tensor that the graph gave, N, H, W, C for an image, as the file counts its dimensions. */
export function toFileLayout(
  tensor: Tensor<'float32'>,
  { fileAxes }: Pick<ImportedOutput, 'fileAxes'>,
): Tensor<'float32'> {
  if (fileAxes === undefined) return tensor;
  return transposeTensor(
    tensor,
    fileAxes.map((_, axis) => fileAxes.indexOf(axis)),
  );
}
