/**
 * @file Planning of integer matrix products: convolutions with groups of more than one channel, and dense layers.
 *
 * `sum[pixel, column] = bias[column] + Σ in[pixel, k] · weight[k, column]` over 16-bit differences from the zero points.
 * `i32x4.dot_i16x8_s` multiplies two neighbouring k at a time, so that weights are packed in pairs; an odd last k has a
 * weight of 0 beside it and reads one number too many, which memory allows.
 *
 * Packed, for each group and panel of columns: the biases, int32, then for each tap and pair of k the vectors
 * `[column 0: k, k + 1; column 1: k, k + 1; …]` of four columns each. The sums of a line go to scratch memory or, where
 * int32 is the result, to the output; then the line is requantized.
 */
import type { SumResult } from './integers.js';
import { lanes } from './sizes.js';

/** Steps through the input by one dimension of the window, in bytes. */
export interface IntegerTap {
  readonly count: number;
  readonly stride: number;
}

/** What an integer product says of itself. Strides in bytes of the widened input. A unit of work is a line. */
export interface IntegerGemmShape {
  readonly lines: number;
  readonly linesPerImage: number;
  readonly imageStride: number;
  readonly lineStride: number;
  readonly pixels: number;
  readonly pixelStride: number;
  /** Rows of the window, then its columns, as far as they do not lie side by side. */
  readonly taps: readonly [IntegerTap, IntegerTap];
  /** Numbers that lie side by side under each tap. */
  readonly depth: number;
  readonly groups: number;
  /** Output channels of a group. */
  readonly columns: number;
  readonly result: SumResult;
}

/** An integer product with its tile: so many pixels by so many vectors of four columns in registers. */
export interface IntegerGemmKernel extends IntegerGemmShape {
  readonly kind: 'integer-gemm';
  readonly name: string;
  readonly tile: { readonly rows: number; readonly vectors: number };
}

/** The kernel for an integer product. */
export function planIntegerGemm(prefix: string, op: string, shape: IntegerGemmShape): IntegerGemmKernel {
  const vectors = Math.ceil(shape.columns / lanes);
  // Eight sums and their weights; a single pixel has more columns in flight instead of more pixels.
  const tile =
    shape.pixels === 1
      ? { rows: 1, vectors: Math.min(4, vectors) }
      : { rows: Math.min(4, shape.pixels), vectors: Math.min(2, vectors) };
  const name = `${prefix}_${op}_${tile.rows}x${tile.vectors * lanes}__simd128`;
  return { kind: 'integer-gemm', name, ...shape, tile };
}

/** Pairs of numbers under each tap. */
export function pairsOf({ depth }: Pick<IntegerGemmShape, 'depth'>): number {
  return Math.ceil(depth / 2);
}

/** Bytes of a panel of so many vectors: biases, then weights. */
export function panelBytes(kernel: IntegerGemmShape, vectors: number): number {
  const [rows, columns] = kernel.taps;
  return vectors * 16 * (1 + rows.count * columns.count * pairsOf(kernel));
}

/** Bytes of all packed weights. */
export function packedGemmBytes(kernel: IntegerGemmKernel): number {
  return kernel.groups * panelBytes(kernel, Math.ceil(kernel.columns / lanes));
}

/** The differences of a weight `[taps, depth, groups · columns]` from its zero points, and the bias. */
export interface IntegerLayerNumbers {
  /** The difference of the weight's element at (row of the sum, output channel). */
  weightAt(row: number, channel: number): number;
  biasAt(channel: number): number;
}

/** Writes weights and biases in the kernel's order. */
export function packIntegerGemm(
  kernel: IntegerGemmKernel,
  { weightAt, biasAt }: IntegerLayerNumbers,
  buffer: ArrayBufferLike,
  address: number,
): void {
  const { groups, columns, depth, tile, taps } = kernel;
  const tapCount = taps[0].count * taps[1].count;
  const view = new DataView(buffer, address, packedGemmBytes(kernel));
  let at = 0;
  for (let group = 0; group < groups; group++) {
    for (let first = 0; first < columns; first += tile.vectors * lanes) {
      const width = Math.min(tile.vectors, Math.ceil((columns - first) / lanes)) * lanes;
      const isColumn = (column: number): boolean => first + column < columns;
      const channelOf = (column: number): number => group * columns + first + column;
      for (let column = 0; column < width; column++, at += 4) {
        if (isColumn(column)) view.setInt32(at, biasAt(channelOf(column)), true);
      }
      for (let tap = 0; tap < tapCount; tap++) {
        for (let k = 0; k < depth; k += 2) {
          for (let column = 0; column < width; column++, at += 4) {
            if (!isColumn(column)) continue;
            view.setInt16(at, weightAt(tap * depth + k, channelOf(column)), true);
            if (k + 1 < depth) view.setInt16(at + 2, weightAt(tap * depth + k + 1, channelOf(column)), true);
          }
        }
      }
    }
  }
}
