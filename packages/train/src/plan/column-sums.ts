/** @file Planning of sums over all positions, channel by channel: gradients of biases, statistics of a batch. */
import { type Engine, lanes } from '@sepconv/kernels/toolkit';

/** An activation's bounds: outside of them nothing flows back. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/**
 * What is summed over the rows r, for each channel c. Two sums lie one behind the other, each padded to whole vectors.
 *
 * - `sum`: `Σ a[r, c]`. Parameters: a, sums.
 * - `moments`: `Σ d` and `Σ d²` with `d = a[r, c] − a[0, c]`; subtracting the first row keeps the digits of the variance
 *   where the mean is large. Parameters: a, sums.
 * - `dots`: `Σ g` and `Σ g · (b[r, c] − mean[c])`. Parameters: g, b, mean, sums, and with bounds the activation's output,
 *   outside of whose bounds g counts as 0.
 */
export interface ColumnSumsKernel {
  readonly kind: 'column-sums';
  readonly name: string;
  readonly mode: 'sum' | 'moments' | 'dots';
  readonly rows: number;
  readonly channels: number;
  readonly bounds: Bounds | undefined;
}

/** Rows of a unit of work: each unit's sum is added to the total, which keeps rounding errors from growing with the rows. */
export const rowsPerUnit = 64;

/** Floats of one sum. */
export const paddedChannels = (channels: number): number => Math.ceil(channels / lanes) * lanes;

export function planColumnSums(
  engine: Engine,
  mode: ColumnSumsKernel['mode'],
  rows: number,
  channels: number,
  bounds?: Bounds,
): ColumnSumsKernel {
  const name = `f32_column-${mode}${bounds === undefined ? '' : '_masked'}__${engine.name}`;
  return { kind: 'column-sums', name, mode, rows, channels, bounds };
}

export const columnSumsUnits = ({ rows }: ColumnSumsKernel): number => Math.ceil(rows / rowsPerUnit);
