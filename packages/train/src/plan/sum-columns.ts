/** @file Planning of sums over all positions: those of pieces first, then those of their sums, piece after piece. */
import { type Engine, lanes } from '@sepconv/kernels/toolkit';
import { type Bounds, type ColumnSumsKernel, sumsLength, vectorsAtOnce } from './column-sums.js';
import type { Buffer, StepList } from './step-list.js';

/** Pieces are summed up after their rows, which keeps rounding errors from growing with the rows. */
const rowsOfPiece = 64;

/** What is summed: the kernel without how. */
type Summed = Pick<ColumnSumsKernel, 'mode' | 'rows' | 'channels'> & { readonly bounds?: Bounds | undefined };

/** A buffer with sums over all rows. `operands` are what the kernel reads, with bounds the activation's output last. */
export function sumColumns(
  list: StepList,
  engine: Engine,
  label: string,
  { mode, rows, channels, bounds }: Summed,
  operands: readonly Buffer[],
): Buffer {
  const name = `f32_column-${mode}${bounds === undefined ? '' : '_masked'}__${engine.name}`;
  const length = sumsLength({ mode, channels });
  const pieces = Math.ceil(rows / rowsOfPiece);
  // Whole vectors are written, whose last lanes are of no interest where there is one sum; buffers are aligned to more.
  const total = list.buffer(`${label}/sums`, mode === 'sum' ? channels : length);
  const sums = pieces === 1 ? total : list.buffer(`${label}/sums-of-pieces`, length * pieces);
  const kernel: ColumnSumsKernel = { kind: 'column-sums', name, mode, rows, channels, rowsOfPiece, bounds };
  const inputs = bounds === undefined ? operands : operands.slice(0, -1);
  const masks = bounds === undefined ? [] : operands.slice(-1);
  const blocks = (columns: number): number => Math.ceil(columns / (vectorsAtOnce * lanes));
  list.kernel(label, kernel, pieces * blocks(channels), ...inputs, sums, ...masks);
  if (pieces === 1) return total;
  const whole: ColumnSumsKernel = {
    kind: 'column-sums',
    name: `f32_column-sum__${engine.name}`,
    mode: 'sum',
    rows: pieces,
    channels: length,
    rowsOfPiece: pieces,
    bounds: undefined,
  };
  list.kernel(label, whole, blocks(length), sums, total);
  return total;
}
