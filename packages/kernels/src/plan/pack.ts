/** @file Copying weights into the order in which a kernel reads them. */

/** The numbers of a layer. The weight's rows are as long as the bias, one column for each output channel. */
export interface LayerNumbers {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  /** What each column is multiplied by on the way, in float64; a folded BatchNorm. */
  readonly factors: Float64Array | undefined;
}

/** Which output channels to pack: `columns` of them from `first` on, each `every` behind the one before. */
export interface PackedChannels {
  readonly first: number;
  readonly columns: number;
  readonly every: number;
}

/** `rows` rows of a source, `stride` apart from `from` on, whose elements go to rows `width` apart from `to` on. */
interface RowCopy {
  readonly from: number;
  readonly stride: number;
  readonly rows: number;
  readonly to: number;
  readonly width: number;
}

/** What a channel is multiplied by; 1 changes nothing. */
const factorOf = (factors: Float64Array | undefined, channel: number): number =>
  factors === undefined ? 1 : (factors[channel] as number);

/**
 * Copies some columns of the rows, each multiplied by its factor: four side by side as long as there are four, so that a cache
 * line is used while it is there. This takes most of a network's loading; see bench/NOTES.md for what was measured.
 */
function copyRows(
  source: Float32Array,
  target: Float32Array,
  { from, stride, rows, to, width }: RowCopy,
  { first, columns, every }: PackedChannels,
  factors: Float64Array | undefined,
): void {
  let column = 0;
  for (; column + 4 <= columns; column += 4) {
    const channel = first + column * every;
    const factor0 = factorOf(factors, channel);
    const factor1 = factorOf(factors, channel + every);
    const factor2 = factorOf(factors, channel + 2 * every);
    const factor3 = factorOf(factors, channel + 3 * every);
    let [read, write] = [from + column * every, to + column];
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
    const factor = factorOf(factors, first + column * every);
    for (let row = 0; row < rows; row++) {
      target[to + row * width + column] = (source[from + row * stride + column * every] as number) * factor;
    }
  }
}

/** Packs the bias for some output channels. */
export function packBias(
  { bias }: LayerNumbers,
  channels: PackedChannels,
  target: Float32Array,
  to: number,
): void {
  copyRows(bias, target, { from: channels.first, stride: 0, rows: 1, to, width: 0 }, channels, undefined);
}

/** Packs `rows` rows of the weight from `firstRow` on for some output channels, in rows `width` apart from `to` on. */
export function packRows(
  { weight, bias, factors }: LayerNumbers,
  channels: PackedChannels,
  { firstRow, rows }: { readonly firstRow: number; readonly rows: number },
  target: Float32Array,
  to: number,
  width: number,
): void {
  const stride = bias.length;
  const from = firstRow * stride + channels.first;
  copyRows(weight, target, { from, stride, rows, to, width }, channels, factors);
}
