/**
 * @file What the packed parameters of a step look like, as plain data: a layout with its numbers, and the parameters that go
 * into it by their names. For each kind `pack/` has the function that writes it.
 */
import type { NormParameters } from '@sepconv/graph';
import { lanes } from './sizes.js';

/** The parameters of a layer with a weight. */
export interface LayerParameters {
  readonly weight: string;
  /** Zeros where there is none. */
  readonly bias?: string;
  /** A BatchNorm behind the layer, by which weight and bias are multiplied on the way. */
  readonly norm?: NormParameters;
}

/** Which taps of a weight `[height, width, inputs, outputs]` a product sums over, and which become neighbouring columns. */
export interface ArrangedTaps {
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly width: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly sideBySide: number;
}

/** The panels of a matrix product: for each group and panel the bias, then row by row the weight. Counts of floats. */
export interface ProductPanels {
  readonly groups: number;
  /** Output channels of a group. */
  readonly columns: number;
  /** Columns of a panel; the last one of a group may be narrower, and is filled up to a whole vector. */
  readonly panelColumns: number;
  /** Terms of the sum. */
  readonly rows: number;
  /** Default: the weight's rows as they are. */
  readonly taps?: ArrangedTaps;
}

/** Floats of all panels. */
export function packedFloats({ groups, columns, rows }: ProductPanels): number {
  return groups * Math.ceil(columns / lanes) * lanes * (rows + 1);
}

/** Products of one layer, one behind the other. */
export interface GemmLayout extends LayerParameters {
  readonly kind: 'gemm';
  readonly products: readonly [ProductPanels, ...ProductPanels[]];
}

/** For each `step` of channels the biases, then the taps; each of these multiple by multiple. */
export interface DepthwisePanels {
  readonly channels: number;
  readonly multiplier: number;
  readonly taps: number;
  readonly step: number;
}

/** A layer whose every channel stands alone. */
export interface DepthwiseLayout extends LayerParameters, DepthwisePanels {
  readonly kind: 'depthwise';
}

/** What a BatchNorm by itself multiplies and adds: rows of one number for each channel, filled up to `width` floats. */
export interface NormLayout {
  readonly kind: 'batch-norm';
  readonly norm: NormParameters;
  readonly width: number;
  readonly isCentred: boolean;
}

/** The parameters of an integer layer. */
export interface IntegerParameters {
  readonly weight: string;
  readonly bias?: string;
  /** The weight's: one for all, or one for each output channel. */
  readonly zeroPoints: readonly number[];
  /** What sums are multiplied by to become bytes, likewise; none where they stay as they are. */
  readonly ratios?: readonly number[];
}

/**
 * For each group and panel of columns the biases, int32, then for each tap and pair of k its two weights, int16 differences from
 * the zero point or bytes as they are stored, column by column, then the ratios, float32.
 */
export interface IntegerGemmLayout extends IntegerParameters {
  readonly kind: 'integer-gemm';
  readonly groups: number;
  readonly columns: number;
  readonly panelColumns: number;
  readonly taps: number;
  readonly depth: number;
  readonly isBytes: boolean;
}

/**
 * For each panel of columns the biases, int32, less `inputZero` times each sum of differences; with `hasFactors` the zero points
 * negated, int32; then for each four numbers of the sum their weights, int8, column by column; then the ratios, float32. Zero points are
 * those of weights as int8, which uint8 are 128 more than.
 */
export interface IntegerBytesLayout extends IntegerParameters {
  readonly kind: 'integer-bytes';
  readonly columns: number;
  readonly panelColumns: number;
  readonly depth: number;
  readonly inputZero: number;
  readonly hasFactors: boolean;
}

/**
 * For each `step` of channels the same: biases less what the input's zero point adds to the sums, then for each pair of the window's
 * rows and each column its two weights, ratios.
 */
export interface IntegerDepthwiseLayout extends IntegerParameters {
  readonly kind: 'integer-depthwise';
  readonly channels: number;
  readonly window: readonly [height: number, width: number];
  readonly step: number;
  readonly inputZero: number;
}

/** For each column its bias and the zero point of the matrix, int32. */
export interface IntegerColumnsLayout extends Pick<IntegerParameters, 'bias' | 'zeroPoints'> {
  readonly kind: 'integer-columns';
  readonly columns: number;
}

/** Parameters as they are, real ones as float32, each `stride` bytes behind the one before. */
export interface CopyLayout {
  readonly kind: 'copy';
  readonly parameters: readonly string[];
  readonly stride: number;
}

/** Bytes that depend on no parameter: tables. */
export interface ConstantLayout {
  readonly kind: 'constant';
  readonly data: Uint8Array;
}

/** Any layout. */
export type Layout =
  | GemmLayout
  | DepthwiseLayout
  | NormLayout
  | IntegerGemmLayout
  | IntegerBytesLayout
  | IntegerDepthwiseLayout
  | IntegerColumnsLayout
  | CopyLayout
  | ConstantLayout;
