import type { ByteRowsCode } from './byte-rows.js';
import type { GemmKernel } from './gemm.js';
import { type GemmCode, type GemmTableCode, splitGemm } from './gemm-code.js';
import type { GemmTableKernel } from './gemm-table.js';
import type { Kernel } from './kernel.js';
import type { RowPairsCode } from './row-pairs.js';
import type { WidenRunCode, WidenWindowCode } from './widened.js';

/** What a kernel's function depends on: two kernels whose code is equal share one. */
export type KernelCode = Exclude<Kernel, GemmKernel | GemmTableKernel> | PartCode | GemmTableCode;

/** Code that other kernels call. */
export type PartCode = GemmCode | WidenRunCode | WidenWindowCode | RowPairsCode | ByteRowsCode;

/**
 * Parts a kernel into its code and the numbers that its function is given behind the addresses. A kernel of another package is
 * code alone.
 */
export function splitKernel<K extends { readonly kind: string } = KernelCode>(
  kernel: Kernel | PartCode | K,
): { readonly code: KernelCode | K; readonly sizes: readonly number[] } {
  if (kernel.kind === 'gemm') return splitGemm(kernel as GemmKernel);
  if (kernel.kind === 'gemm-table') {
    const [first] = (kernel as GemmTableKernel).products as readonly [GemmKernel, ...GemmKernel[]];
    return { code: { kind: 'gemm-table-code', product: splitGemm(first).code }, sizes: [] };
  }
  return { code: kernel as KernelCode | K, sizes: [] };
}

/** Equal code has equal keys; infinities, which JSON does not have, keep apart. */
export function keyOfCode(code: object): string {
  return JSON.stringify(code, (_, value: unknown) => (typeof value === 'number' ? String(value) : value));
}
