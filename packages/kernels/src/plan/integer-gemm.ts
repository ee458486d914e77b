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
import type { IntegerParameters } from './layout.js';
import { lanes } from './sizes.js';
import type { Operand } from './step.js';

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

/** Packed weights and biases. */
export function integerGemmWeights(kernel: IntegerGemmKernel, parameters: IntegerParameters): Operand {
  const { groups, columns, depth, tile } = kernel;
  const taps = kernel.taps[0].count * kernel.taps[1].count;
  const panelColumns = tile.vectors * lanes;
  const layout = { kind: 'integer-gemm', groups, columns, panelColumns, taps, depth, ...parameters } as const;
  return {
    kind: 'weights',
    bytes: groups * panelBytes(kernel, Math.ceil(columns / lanes)),
    layout,
  };
}
