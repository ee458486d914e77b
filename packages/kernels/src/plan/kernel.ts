import type { ChannelwiseKernel } from './batch-norm.js';
import type { ByteConcatKernel, BytePadKernel, BytePoolKernel } from './byte-moves.js';
import type { ByteResizeKernel } from './byte-resize.js';
import type { ByteSoftmaxKernel } from './byte-softmax.js';
import type { CopyKernel } from './copy.js';
import type { DepthwiseKernel } from './depthwise-conv2d.js';
import type { BinaryKernel, UnaryKernel } from './elementwise.js';
import type { GatherKernel } from './gather.js';
import type { GemmKernel } from './gemm.js';
import type { GemmTableKernel } from './gemm-table.js';
import type {
  ConvertKernel,
  DynamicQuantizeKernel,
  IntegerBinaryKernel,
  IntegerMeanKernel,
} from './integer-elements.js';
import type { IntegerMatmulKernel } from './integer-matmul.js';
import type { LayerNormKernel } from './layer-norm.js';
import type { LookupKernel } from './lookup.js';
import type { PackMatrixKernel } from './matmul.js';
import type { NonMaxSuppressionKernel } from './non-max-suppression.js';
import type { GlobalPoolKernel, PoolKernel } from './pool.js';
import type { RowMeanKernel } from './reduce-mean.js';
import type { ResizeKernel } from './resize2d.js';
import type { SeparableKernel } from './separable.js';
import type { SoftmaxKernel } from './softmax.js';
import type { ByteStridedCopyKernel, StridedCopyKernel } from './strided-copy.js';
import type { TopKKernel } from './top-k.js';

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
  | IntegerMatmulKernel
  | IntegerBinaryKernel
  | IntegerMeanKernel
  | ConvertKernel
  | DynamicQuantizeKernel
  | BytePadKernel
  | ByteConcatKernel
  | ByteStridedCopyKernel
  | BytePoolKernel
  | ByteResizeKernel
  | ByteSoftmaxKernel
  | LookupKernel
  | GatherKernel
  | TopKKernel
  | NonMaxSuppressionKernel;
