/** @file Copying weights into the order in which a kernel reads them. */

/** The numbers of a layer. The weight's rows are as long as the bias, one column for each output channel. */
export interface LayerNumbers {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
  /** What each column is multiplied by on the way, in float64; a folded BatchNorm. */
  readonly factors: Float64Array | undefined;
}

/**
 * Copies `rows` rows of `columns` floats, `stride` apart from `from` on, to rows of `width` from `to` on. Small and called
 * often, so that the JavaScript engine optimizes it within the first layer.
 */
function copyRows(
  source: Float32Array,
  from: number,
  stride: number,
  rows: number,
  columns: number,
  target: Float32Array,
  to: number,
  width: number,
): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      target[to + row * width + column] = source[from + row * stride + column] as number;
    }
  }
}

/** As {@link copyRows}, each column multiplied by its factor: column 0 by `factors[first]`. */
function copyScaledRows(
  source: Float32Array,
  from: number,
  stride: number,
  rows: number,
  columns: number,
  target: Float32Array,
  to: number,
  width: number,
  factors: Float64Array,
  first: number,
): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      target[to + row * width + column] =
        (source[from + row * stride + column] as number) * (factors[first + column] as number);
    }
  }
}

/**
 * Packs the bias and all rows of the weight for `columns` output channels from `first` on, in rows of `width` from `to` on.
 */
export function packColumns(
  { weight, bias, factors }: LayerNumbers,
  first: number,
  columns: number,
  target: Float32Array,
  to: number,
  width: number,
): void {
  const stride = bias.length;
  const rows = weight.length / stride;
  copyRows(bias, first, stride, 1, columns, target, to, width);
  if (factors === undefined) copyRows(weight, first, stride, rows, columns, target, to + width, width);
  else copyScaledRows(weight, first, stride, rows, columns, target, to + width, width, factors, first);
}
