/**
 * @file The linear algebra that is needed, on row-major float64 arrays. Eigenvectors and Cholesky factors are ml-matrix's.
 * Its singular value decomposition is not used: for some matrices, a constant 64×25 one among them, version 6.15 does not
 * return (mljs/matrix#70). The eigenvectors of `A·Aᵀ` are A's left singular vectors, and here A has few rows.
 */
import { CholeskyDecomposition, EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** Eigenvalues in descending order, and the eigenvectors as rows in the same order. */
export interface Eigen {
  readonly values: Float64Array;
  /** `[size, size]`. */
  readonly vectors: Float64Array;
}

/** The eigenvectors of a symmetric matrix without negative eigenvalues; what rounding made negative is 0. */
export function symmetricEigen(matrix: Float64Array, size: number): Eigen {
  // Scaled to 1, so that squares of tiny or huge weights neither vanish nor overflow on the way.
  let scale = 0;
  for (let i = 0; i < size; i++) scale = Math.max(scale, matrix[i * size + i] as number);
  const values = new Float64Array(size);
  const vectors = new Float64Array(size * size);
  if (!(scale > 0)) {
    for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
    return { values, vectors };
  }
  const scaled = Matrix.from1DArray(
    size,
    size,
    Array.from(matrix, (value) => value / scale),
  );
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(scaled, {
    assumeSymmetric: true,
  });
  const descending = realEigenvalues.map((value, column) => ({ value, column }));
  descending.sort((a, b) => b.value - a.value);
  descending.forEach(({ value, column }, row) => {
    values[row] = Math.max(0, value) * scale;
    for (let i = 0; i < size; i++) vectors[row * size + i] = eigenvectorMatrix.get(i, column);
  });
  return { values, vectors };
}

/** The lower triangular L with `L·Lᵀ = matrix`, for a symmetric positive definite matrix. */
export function choleskyOf(matrix: Float64Array, size: number): Float64Array {
  const { lowerTriangularMatrix } = new CholeskyDecomposition(
    Matrix.from1DArray(size, size, Array.from(matrix)),
  );
  return Float64Array.from(lowerTriangularMatrix.to1DArray());
}

/** Solves `L·X = B` in place; L is `[size, size]`, B `[size, columns]`. */
export function solveLower(lower: Float64Array, size: number, b: Float64Array, columns: number): void {
  for (let row = 0; row < size; row++) {
    for (let k = 0; k < row; k++) subtractRow(b, columns, row, k, lower[row * size + k] as number);
    divideRow(b, columns, row, lower[row * size + row] as number);
  }
}

/** Solves `Lᵀ·X = B` in place; L is `[size, size]`, B `[size, columns]`. */
export function solveLowerTransposed(
  lower: Float64Array,
  size: number,
  b: Float64Array,
  columns: number,
): void {
  for (let row = size - 1; row >= 0; row--) {
    for (let k = row + 1; k < size; k++) subtractRow(b, columns, row, k, lower[k * size + row] as number);
    divideRow(b, columns, row, lower[row * size + row] as number);
  }
}

function subtractRow(b: Float64Array, columns: number, row: number, other: number, factor: number): void {
  if (factor === 0) return;
  const [to, from] = [row * columns, other * columns];
  for (let c = 0; c < columns; c++) b[to + c] = (b[to + c] as number) - factor * (b[from + c] as number);
}

function divideRow(b: Float64Array, columns: number, row: number, divisor: number): void {
  for (let c = row * columns; c < (row + 1) * columns; c++) b[c] = (b[c] as number) / divisor;
}

/** `A·B` of `[rows, inner]` and `[inner, columns]`. */
export function multiply(
  a: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  columns: number,
): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const to = row * columns;
    for (let k = 0; k < inner; k++) {
      const factor = a[row * inner + k] as number;
      if (factor === 0) continue;
      const from = k * columns;
      for (let c = 0; c < columns; c++)
        result[to + c] = (result[to + c] as number) + factor * (b[from + c] as number);
    }
  }
  return result;
}

/** The transpose of `[rows, columns]`. */
export function transpose(a: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(a.length);
  for (let row = 0; row < rows; row++) {
    for (let c = 0; c < columns; c++) result[c * rows + row] = a[row * columns + c] as number;
  }
  return result;
}

/** `Aᵀ·A` of `[rows, columns]`, exactly symmetric. */
export function gramOfColumns(a: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(columns * columns);
  for (let row = 0; row < rows; row++) {
    const from = row * columns;
    for (let i = 0; i < columns; i++) {
      const factor = a[from + i] as number;
      if (factor === 0) continue;
      const to = i * columns;
      for (let j = i; j < columns; j++)
        result[to + j] = (result[to + j] as number) + factor * (a[from + j] as number);
    }
  }
  for (let i = 0; i < columns; i++) {
    for (let j = 0; j < i; j++) result[i * columns + j] = result[j * columns + i] as number;
  }
  return result;
}

/** `A·Aᵀ` of `[rows, columns]`, exactly symmetric. */
export function gramOfRows(a: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = i; j < rows; j++) {
      let sum = 0;
      for (let c = 0; c < columns; c++)
        sum += (a[i * columns + c] as number) * (a[j * columns + c] as number);
      result[i * rows + j] = sum;
      result[j * rows + i] = sum;
    }
  }
  return result;
}

/** `√(Σ x²)`. */
export function norm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) ** 2;
  return Math.sqrt(sum);
}
