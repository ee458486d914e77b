import { type DType, type Tensor, transposeTensor } from '@sepconv/tensor';
import { refuse } from './errors.js';
import type { ImportedInput, ImportedOutput } from './imported-network.js';

/** @throws {FormatError} when it is no input or output of a reader. */
function axesOf(value: Pick<ImportedInput, 'fileAxes'>): readonly number[] | undefined {
  const { fileAxes } = value ?? {};
  if (fileAxes === undefined || Array.isArray(fileAxes)) return fileAxes;
  return refuse('the layout is that of an input or output of a reader: { fileAxes: [0, 2, 3, 1] }');
}

/** A tensor as the file counts its dimensions, for instance N, C, H, W, as the graph's input: N, H, W, C. */
export function toGraphLayout<D extends DType>(
  tensor: Tensor<D>,
  value: Pick<ImportedInput, 'fileAxes'> = {},
): Tensor<D> {
  const fileAxes = axesOf(value);
  return fileAxes === undefined ? tensor : transposeTensor(tensor, fileAxes);
}

/** A tensor that the graph gave, N, H, W, C for an image, as the file counts its dimensions. */
export function toFileLayout<D extends DType>(
  tensor: Tensor<D>,
  value: Pick<ImportedOutput, 'fileAxes'> = {},
): Tensor<D> {
  const fileAxes = axesOf(value);
  if (fileAxes === undefined) return tensor;
  return transposeTensor(
    tensor,
    fileAxes.map((_, axis) => fileAxes.indexOf(axis)),
  );
}
