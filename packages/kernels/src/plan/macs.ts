import { type GemmKernel, sumLength } from './gemm.js';
import type { Kernel } from './kernel.js';

function gemmMacs(kernel: GemmKernel): number {
  const { images, lines, pixels, groups, columns } = kernel;
  return images * lines * pixels * groups * columns * (kernel.terms ?? sumLength(kernel));
}

/** Multiply-adds that a kernel's layer needs; rows that fused strips compute twice count once. */
export function macsOf(kernel: Kernel): number {
  switch (kernel.kind) {
    case 'gemm':
      return gemmMacs(kernel);
    case 'gemm-table':
      return kernel.products.reduce((sum, product) => sum + gemmMacs(product), 0);
    case 'depthwise-conv2d': {
      const { batch, output, channels, multiplier, window, terms = window[0] * window[1] } = kernel;
      return batch * output[0] * output[1] * channels * multiplier * terms;
    }
    case 'separable-conv2d': {
      const { expansion, depthwise, pointwise, lastPointwise } = kernel;
      const parts: readonly (Kernel | undefined)[] = [expansion, depthwise, pointwise, lastPointwise];
      return parts.reduce((sum, part) => sum + (part === undefined ? 0 : macsOf(part)), 0);
    }
    case 'integer-matmul':
      return kernel.rows * kernel.inner * kernel.columns;
    default:
      return 0;
  }
}
