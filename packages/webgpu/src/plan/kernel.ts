/**
 * @file Kernels as plain data: all that their code depends on. Two dispatches of equal kernels share a pipeline. Operands are named by
 * their positions in the step's list; counts and strides are in elements, or in vectors of four where `width` is 4.
 */
import type { Activation, BinaryOpName, EpilogueStage, HeightWidth, Padding } from '@sepconv/graph';

/** Elements that are read or written at once. */
export type Width = 1 | 2 | 4;

/** How a binding is declared. */
export interface Access {
  /** Values lie in the arena, which every kernel may write; parameters and constants do not. */
  readonly isWritable: boolean;
  readonly width: Width;
  /** Four numbers of 16 bits each, which a shader makes four of 32 of. */
  readonly isHalf?: true;
}

/** What happens to a result before it is stored. */
export interface Finish {
  readonly stages: readonly EpilogueStage[];
  /** What the stage `add` reads, at the place of the output. */
  readonly addend?: number;
}

/** A window that slides over an image. */
export interface Window {
  readonly size: HeightWidth;
  readonly strides: HeightWidth;
  readonly dilations: HeightWidth;
  readonly padding: Padding;
  readonly input: HeightWidth;
  readonly output: HeightWidth;
}

/** Where the first factor of a product comes from. */
export type ProductRows =
  /** A matrix; `rowStride` elements from a row to the next. */
  | { readonly kind: 'rows'; readonly rowStride: number }
  /** The window of each output pixel, over `channels` of the input's `stride` ones. */
  | {
      readonly kind: 'window';
      readonly window: Window;
      readonly channels: number;
      readonly stride: number;
      /** Whether windows of the input are added to the output instead. */
      readonly isTransposed: boolean;
    }
  /** What a depthwise convolution makes of the window, computed where it is needed. */
  | {
      readonly kind: 'depthwise';
      readonly window: Window;
      readonly channels: number;
      readonly weight: number;
      readonly bias?: number;
      readonly stages: readonly EpilogueStage[];
    };

/** `out[b, m, n] = finish(bias[n] + Σ_k a[b, m, k] · b[b, k, n])` */
export interface ProductKernel {
  readonly kind: 'product';
  readonly batches: number;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
  /** Rows and vectors of columns of a thread; of few rows the threads share the depth instead. */
  readonly tile: { readonly rows: number; readonly vectors: number } | 'few-rows';
  /** Tiles of the rows, of the columns and of the batches, a workgroup each. */
  readonly grid: readonly [rows: number, columns: number, batches: number];
  readonly a: ProductRows & { readonly operand: number; readonly batchStride: number; readonly width: Width };
  readonly b: {
    readonly operand: number;
    readonly rowStride: number;
    readonly batchStride: number;
    readonly width: Width;
  };
  readonly bias?: { readonly operand: number; readonly batchStride: number };
  readonly output: { readonly rowStride: number; readonly batchStride: number };
  readonly finish: Finish;
}

/** An expansion, a depthwise convolution of it and a projection, all in vectors of four channels. */
export interface InvertedKernel {
  readonly kind: 'inverted';
  readonly window: Window;
  readonly images: number;
  /** Tiles of output pixels along both axes. */
  readonly tiles: HeightWidth;
  readonly channels: number;
  readonly expanded: number;
  readonly columns: number;
  readonly input: number;
  readonly expand: InvertedPart;
  readonly depthwise: InvertedPart;
  readonly project: Omit<InvertedPart, 'stages'>;
  readonly finish: Finish;
}

interface InvertedPart {
  readonly weight: number;
  readonly bias?: number;
  readonly stages: readonly EpilogueStage[];
}

/** A depthwise convolution by itself. */
export interface DepthwiseKernel {
  readonly kind: 'depthwise';
  readonly window: Window;
  readonly images: number;
  readonly channels: number;
  readonly multiplier: number;
  readonly width: Width;
  /** Output pixels of a line that one thread computes. */
  readonly pixels: number;
  readonly bias?: number;
  readonly finish: Finish;
}

/** Where an operand of an elementwise kernel lies: one stride for each dimension. */
export interface Strided {
  readonly strides: readonly number[];
  readonly offset: number;
}

/** What an elementwise kernel makes of its operands. */
export type Compute =
  | { readonly kind: 'copy' }
  | { readonly kind: 'activation'; readonly activation: Activation }
  | { readonly kind: 'binary'; readonly op: BinaryOpName }
  /** Of input, scale, shift, mean and variance. */
  | { readonly kind: 'batch-norm'; readonly epsilon: number };

/** One result for each position of `dimensions`, made of one element of each operand. */
export interface ElementsKernel {
  readonly kind: 'elements';
  readonly dimensions: readonly number[];
  /** Of width 4 the last dimension counts vectors; one element of a `splat` operand stands for all four. */
  readonly width: Width;
  readonly reads: readonly (Strided & { readonly operand: number; readonly isSplat: boolean })[];
  readonly write: Strided;
  readonly compute: Compute;
  /** Positions along each dimension at which there is something to read; elsewhere the result is `otherwise`. */
  readonly inside?: {
    readonly from: readonly number[];
    readonly to: readonly number[];
    readonly otherwise: number;
  };
  readonly finish: Finish;
}

/** The mean or the largest of all positions of `reduced`, for each position of `kept`. */
export interface ReduceKernel {
  readonly kind: 'reduce';
  readonly how: 'mean' | 'max';
  readonly kept: { readonly dimensions: readonly number[]; readonly strides: readonly number[] };
  readonly reduced: { readonly dimensions: readonly number[]; readonly strides: readonly number[] };
}

/** Rows of `size` elements that lie `inner` apart. */
export interface RowsKernel {
  readonly kind: 'softmax' | 'layer-norm';
  readonly outer: number;
  readonly size: number;
  readonly inner: number;
  readonly epsilon: number;
}

export interface PoolKernel {
  readonly kind: 'pool';
  readonly how: 'mean' | 'max';
  readonly window: Window;
  readonly images: number;
  /** In vectors, where the width is 4. */
  readonly channels: number;
  readonly width: Width;
  readonly countsPadding: boolean;
}

/** Position and weight of each tap come from a table for each axis, with as many for every output position. */
export interface ResizeKernel {
  readonly kind: 'resize';
  readonly images: number;
  readonly input: HeightWidth;
  readonly output: HeightWidth;
  readonly taps: HeightWidth;
  readonly channels: number;
  readonly width: Width;
}

/** See the op `gather`: `out[o, m, i] = data[o, indices[⌊o / between⌋, m], i]`. */
export interface GatherKernel {
  readonly kind: 'gather';
  readonly outer: number;
  readonly between: number;
  readonly count: number;
  readonly size: number;
  readonly inner: number;
}

export interface TopKKernel {
  readonly kind: 'top-k';
  readonly rows: number;
  readonly size: number;
  readonly count: number;
}

export type Kernel =
  | ProductKernel
  | InvertedKernel
  | DepthwiseKernel
  | ElementsKernel
  | ReduceKernel
  | RowsKernel
  | PoolKernel
  | ResizeKernel
  | GatherKernel
  | TopKKernel;

/** Threads of a workgroup in kernels that have a result for each thread. */
export const threads = 64;
