/** @file Copying weights into the order in which a kernel reads them. */

/** The numbers of a layer. The weight's rows are as long as the bias, one column for each output channel. */
export interface LayerNumbers {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  /** What each column is multiplied by on the way, in float64; a folded BatchNorm. */
  readonly factors: Float64Array | undefined;
}

/**
 * A panel of packed numbers: some output channels, the first one's number `first` and each `every` behind the one before, in
 * rows of `width` from `to` on: the bias, then the rows of the weight.
 */
export interface PackedPanel {
  readonly first: number;
  readonly columns: number;
  readonly every: number;
  readonly to: number;
  readonly width: number;
}

/** What a channel is multiplied by; 1 changes nothing. */
const factorOf = (factors: Float64Array | undefined, channel: number): number =>
  factors === undefined ? 1 : (factors[channel] as number);

/**
 * Copies a panel's columns of `rows` rows of a source, which lie `stride` apart from `from` on, each multiplied by its factor:
 * four side by side as long as there are four, so that a cache line is used while it is there. This takes most of a network's
 * loading; see bench/NOTES.md for what was measured.
 */
function copyRows(
  source: Float32Array,
  from: number,
  stride: number,
  rows: number,
  target: Float32Array,
  to: number,
  { first, columns, every, width }: PackedPanel,
  factors: Float64Array | undefined,
): void {
  let column = 0;
  for (; column + 4 <= columns; column += 4) {
    const channel = first + column * every;
    const factor0 = factorOf(factors, channel);
    const factor1 = factorOf(factors, channel + every);
    const factor2 = factorOf(factors, channel + 2 * every);
    const factor3 = factorOf(factors, channel + 3 * every);
    let read = from + channel;
    let write = to + column;
    for (let row = 0; row < rows; row++) {
      target[write] = (source[read] as number) * factor0;
      target[write + 1] = (source[read + every] as number) * factor1;
      target[write + 2] = (source[read + 2 * every] as number) * factor2;
      target[write + 3] = (source[read + 3 * every] as number) * factor3;
      read += stride;
      write += width;
    }
  }
  for (; column < columns; column++) {
    const channel = first + column * every;
    const factor = factorOf(factors, channel);
    for (let row = 0; row < rows; row++) {
      target[to + row * width + column] = (source[from + row * stride + channel] as number) * factor;
    }
  }
}

/** Packs the bias of a panel. */
export function packBias({ bias }: LayerNumbers, panel: PackedPanel, target: Float32Array): void {
  copyRows(bias, 0, 0, 1, target, panel.to, panel, undefined);
}

/** Packs `rows` rows of a panel's weight from `firstRow` on. */
export function packRows(
  { weight, bias, factors }: LayerNumbers,
  panel: PackedPanel,
  firstRow: number,
  rows: number,
  target: Float32Array,
): void {
  const stride = bias.length;
  const to = panel.to + (firstRow + 1) * panel.width;
  copyRows(weight, firstRow * stride, stride, rows, target, to, panel, factors);
}
