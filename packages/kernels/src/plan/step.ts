import type { Graph, ValueTypes, Weights } from '@sepconv/graph';
import type { ByteConcatKernel, BytePadKernel, BytePoolKernel, ByteStridedCopyKernel } from './byte-moves.js';
import type { CopyKernel } from './copy.js';
import type { DepthwiseKernel } from './depthwise-conv2d.js';
import type { BinaryKernel, ChannelwiseKernel, UnaryKernel } from './elementwise.js';
import type { Engine } from './engine.js';
import type { GemmKernel } from './gemm.js';
import type { GemmTableKernel } from './gemm-table.js';
import type { IntegerDepthwiseKernel } from './integer-depthwise.js';
import type {
  ConvertKernel,
  DynamicQuantizeKernel,
  IntegerBinaryKernel,
  IntegerMeanKernel,
} from './integer-elements.js';
import type { IntegerGemmKernel } from './integer-gemm.js';
import type { IntegerMatmulKernel } from './integer-matmul.js';
import type { LayerNormKernel } from './layer-norm.js';
import type { LookupKernel } from './lookup.js';
import type { PackMatrixKernel } from './matmul.js';
import type { GlobalPoolKernel, PoolKernel } from './pool.js';
import type { RowMeanKernel } from './reduce-mean.js';
import type { ResizeKernel } from './resize2d.js';
import type { SeparableKernel } from './separable.js';
import type { SoftmaxKernel } from './softmax.js';
import type { StridedCopyKernel } from './strided-copy.js';
import type { WidenKernel } from './widen.js';

/**
 * A kernel specialized to its shapes, as plain data: everything that emitting its code and calling it depend on. Two layers
 * whose kernels have equal code share one function (`kernel-code.ts`).
 */
export type Kernel =
  | GemmKernel
  | GemmTableKernel
  | DepthwiseKernel
  | SeparableKernel
  | PoolKernel
  | GlobalPoolKernel
  | UnaryKernel
  | BinaryKernel
  | ChannelwiseKernel
  | LayerNormKernel
  | RowMeanKernel
  | SoftmaxKernel
  | CopyKernel
  | PackMatrixKernel
  | ResizeKernel
  | StridedCopyKernel
  | WidenKernel
  | IntegerGemmKernel
  | IntegerDepthwiseKernel
  | IntegerMatmulKernel
  | IntegerBinaryKernel
  | IntegerMeanKernel
  | ConvertKernel
  | DynamicQuantizeKernel
  | BytePadKernel
  | ByteConcatKernel
  | ByteStridedCopyKernel
  | BytePoolKernel
  | LookupKernel;

/** What an address argument of a kernel's function points to. */
export type Operand =
  /** A value of the network, in the arena. */
  | { readonly kind: 'value'; readonly value: string }
  /** Packed parameters: `length` floats, which `fill` writes in the kernel's order; integers go into the floats' bytes. */
  | { readonly kind: 'weights'; readonly length: number; readonly fill: (target: Float32Array) => void }
  /** Bytes that the step may use as it likes while it runs, in the arena. */
  | { readonly kind: 'scratch'; readonly bytes: number }
  /** At least this many bytes that are always zero: rows outside an image. */
  | { readonly kind: 'zeros'; readonly bytes: number };

/** One run of a kernel: units of work 0 … `units` − 1, which may run in any order and on any thread. */
export interface PlannedKernel {
  readonly kernel: Kernel;
  readonly units: number;
  /** In the order of the function's parameters, behind the first and the last unit. */
  readonly operands: readonly Operand[];
  /** The value that it writes; with a shape of its own where it is none of the graph's. */
  readonly output: string;
  readonly outputBytes: number;
}

/** All that a planner may look at. */
export interface PlanContext {
  readonly engine: Engine;
  readonly graph: Graph;
  readonly types: ValueTypes;
  readonly weights: Weights;
  /** By a weight's name, the factors of a folded BatchNorm that packing still has to multiply in. */
  readonly factors: ReadonlyMap<string, Float64Array>;
}
