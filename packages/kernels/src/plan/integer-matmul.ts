/**
 * @file Planning of integer products of two computed matrices: number by number, since nothing can be packed beforehand.
 * `sum[m, n] = bias[n] + Σ_k (a[m, k] − zero) · (b[k, n] − zero point[n])`. Beside the matrices the code reads, for each
 * column, its bias and its zero point, int32.
 */
import { type ByteType, prefixOf, type StoredSums } from './integers.js';

/** A product of matrices of bytes. A unit of work is a row of a. */
export interface IntegerMatmulKernel {
  readonly kind: 'integer-matmul';
  readonly name: string;
  readonly a: ByteType;
  readonly b: ByteType;
  /** Rows of a, those of all its matrices. */
  readonly rows: number;
  /** How many rows of a are multiplied by the same matrix of b. */
  readonly rowsPerMatrix: number;
  readonly inner: number;
  readonly columns: number;
  /** a's zero point; `'operand'` where it is a byte in memory. */
  readonly zero: number | 'operand';
  readonly result: StoredSums;
}

/** The kernel for a product. */
export function planIntegerMatmul(shape: Omit<IntegerMatmulKernel, 'kind' | 'name'>): IntegerMatmulKernel {
  return { kind: 'integer-matmul', name: `${prefixOf(shape.a)}_matmul__scalar`, ...shape };
}
