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

/** Small and called often, so that the JavaScript engine optimizes it within the first layer. */
function copyRows(
  source: Float32Array,
  target: Float32Array,
  { from, stride, rows, to, width }: RowCopy,
  { columns, every }: PackedChannels,
): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      target[to + row * width + column] = source[from + row * stride + column * every] as number;
    }
  }
}

/** As {@link copyRows}, each column multiplied by its factor. */
function copyScaledRows(
  source: Float32Array,
  target: Float32Array,
  { from, stride, rows, to, width }: RowCopy,
  { first, columns, every }: PackedChannels,
  factors: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      target[to + row * width + column] =
        (source[from + row * stride + column * every] as number) *
        (factors[first + column * every] as number);
    }
  }
}

/** Packs the bias and all rows of the weight for some output channels, in rows `width` apart from `to` on. */
export function packColumns(
  { weight, bias, factors }: LayerNumbers,
  channels: PackedChannels,
  target: Float32Array,
  to: number,
  width: number,
): void {
  const stride = bias.length;
  const rows = weight.length / stride;
  const from = channels.first;
  copyRows(bias, target, { from, stride, rows: 1, to, width }, channels);
  const copy = { from, stride, rows, to: to + width, width };
  if (factors === undefined) copyRows(weight, target, copy, channels);
  else copyScaledRows(weight, target, copy, channels, factors);
}
