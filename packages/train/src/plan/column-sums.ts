/** @file The kernel of sums over all positions, channel by channel: gradients of biases, statistics of a batch. */
import { lanes } from '@sepconv/kernels/toolkit';

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
  /** Rows of a piece. Each piece has sums of its own, one piece's behind the other's. */
  readonly rowsOfPiece: number;
  readonly bounds: Bounds | undefined;
}

/** Vectors of channels that a unit of work sums side by side, so that one addition need not wait for the other. */
export const vectorsAtOnce = 4;

/** Floats of one sum. */
export const paddedChannels = (channels: number): number => Math.ceil(channels / lanes) * lanes;

/** Floats of all sums of a piece. */
export const sumsLength = ({ mode, channels }: Pick<ColumnSumsKernel, 'mode' | 'channels'>): number =>
  paddedChannels(channels) * (mode === 'sum' ? 1 : 2);
