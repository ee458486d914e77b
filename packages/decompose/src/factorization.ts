/**
 * @file The factorization of a convolution's slices. A slice A `[taps, columns]` is approximated by `B·Eᵀ·A`, where the rank-T
 * bases B and E are `[taps, T]`: the columns of B become spatial filters, the rows of `Eᵀ·A` channel mixtures. Without weighting
 * B = E = U, the left singular vectors of A, and `U·Uᵀ·A` is its best approximation in the Frobenius norm (Eckart and Young
 * 1936). With it, the error is counted as `‖Lᵀ·(A − Ã)·R‖`, U are the left singular vectors of `Lᵀ·A·R`, `E = L·U` and
 * `B = L⁻ᵀ·U`; the weighting of the columns cancels.
 */
import { createTensor } from '@sepconv/tensor';
import { groupOf, type LayerShape, sliceOf } from './layer-shape.js';
import {
  gramOfRows,
  multiply,
  norm,
  solveLowerTransposed,
  symmetricEigen,
  transpose,
} from './linear-algebra.js';
import { type SeparableWeights, separableShapes } from './separable-weights.js';

/** How errors in a slice count: lower triangular factors of second moments. */
export interface Weighting {
  /** L of the taps, `[taps, taps]`. */
  readonly taps: Float64Array;
  /** R of the columns, `[columns, columns]`; absent where all count alike. */
  readonly columns?: Float64Array;
}

/** All slices of a layer, factored once; every rank is cut out of it. */
export interface Factorization {
  readonly layer: LayerShape;
  /** HWIO, as given. */
  readonly weight: Float32Array;
  /** Squared singular values of every slice in descending order, `[slices, exactRank]`; weighted where there is a weighting. */
  readonly squares: Float64Array;
  /** Bᵀ of every slice, `[slices, exactRank, taps]`. */
  readonly spatial: Float64Array;
  /** Eᵀ of every slice, `[slices, exactRank, taps]`; the same array as `spatial` without a weighting. */
  readonly analysis: Float64Array;
}

/** Factors every slice, under the weighting of its errors if there is one. */
export function factorize(
  weight: Float32Array,
  layer: LayerShape,
  weightingOf?: (slice: number) => Weighting,
): Factorization {
  const { slices, taps, columns, exactRank } = layer;
  const squares = new Float64Array(slices * exactRank);
  const spatial = new Float64Array(slices * exactRank * taps);
  const analysis = weightingOf === undefined ? spatial : new Float64Array(spatial.length);
  for (let slice = 0; slice < slices; slice++) {
    const a = sliceOf(weight, layer, slice);
    const weighting = weightingOf?.(slice);
    const counted = weighting === undefined ? a : weighted(a, layer, weighting);
    const { values, vectors } = symmetricEigen(gramOfRows(counted, taps, columns), taps);
    squares.set(values.subarray(0, exactRank), slice * exactRank);
    const at = slice * exactRank * taps;
    const rows = vectors.subarray(0, exactRank * taps);
    if (weighting === undefined) {
      spatial.set(rows, at);
      continue;
    }
    // Rows are Uᵀ here: Eᵀ = Uᵀ·Lᵀ, and B = L⁻ᵀ·U is solved for in columns.
    analysis.set(multiply(rows, transpose(weighting.taps, taps, taps), exactRank, taps, taps), at);
    const b = transpose(rows, exactRank, taps);
    solveLowerTransposed(weighting.taps, taps, b, exactRank);
    spatial.set(transpose(b, taps, exactRank), at);
  }
  return { layer, weight, squares, spatial, analysis };
}

/** `Lᵀ·A·R`. */
function weighted(a: Float64Array, { taps, columns }: LayerShape, weighting: Weighting): Float64Array {
  const left = multiply(transpose(weighting.taps, taps, taps), a, taps, taps, columns);
  return weighting.columns === undefined ? left : multiply(left, weighting.columns, taps, columns, columns);
}

/**
 * The singular spectrum of a layer: for each index, the root of the sum over all slices of the squared singular values. All
 * slices share one rank, because a depthwise convolution has one channel multiplier.
 */
export function spectrumOf({ layer: { slices, exactRank }, squares }: Factorization): number[] {
  return Array.from({ length: exactRank }, (_, t) => {
    let sum = 0;
    for (let slice = 0; slice < slices; slice++) sum += squares[slice * exactRank + t] as number;
    return Math.sqrt(sum);
  });
}

/** The share of the squared spectrum that a rank keeps, from 0 to 1; 1 for a weight of zeros. */
export function energyOf(spectrum: readonly number[], rank: number): number {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value ** 2, 0);
  const total = sum(spectrum);
  // From the tail: what is lost near the exact rank is far below the rounding of what is kept.
  return total === 0 ? 1 : 1 - sum(spectrum.slice(rank)) / total;
}

/** The separable weights of a rank, computed in float64 and rounded once. */
export function truncate(
  { layer, weight, spatial, analysis }: Factorization,
  rank: number,
): SeparableWeights {
  const { order, slices, taps, columns, exactRank, groups, filters } = layer;
  const shapes = separableShapes(layer, rank);
  const depthwise = new Float32Array(taps * slices * rank);
  const pointwise = new Float32Array(columns * slices * rank);
  const isDepthwiseFirst = order === 'depthwise-pointwise';
  for (let slice = 0; slice < slices; slice++) {
    const at = slice * exactRank * taps;
    const filtersOfSlice = spatial.subarray(at, at + rank * taps);
    const mixtures = multiply(
      analysis.subarray(at, at + rank * taps),
      sliceOf(weight, layer, slice),
      rank,
      taps,
      columns,
    );
    const channel = slice % (slices / groups);
    const firstColumn = groupOf(layer, slice) * columns;
    for (let t = 0; t < rank; t++) {
      const filter = filtersOfSlice.subarray(t * taps, (t + 1) * taps);
      const mixture = mixtures.subarray(t * columns, (t + 1) * columns);
      const balance = balanceOf(filter, mixture);
      for (let tap = 0; tap < taps; tap++) {
        const to = isDepthwiseFirst ? (tap * slices + slice) * rank + t : (tap * rank + t) * slices + slice;
        depthwise[to] = (filter[tap] as number) * balance;
      }
      for (let column = 0; column < columns; column++) {
        const to = isDepthwiseFirst
          ? (channel * rank + t) * filters + firstColumn + column
          : (column * slices + slice) * rank + t;
        pointwise[to] = (mixture[column] as number) / balance;
      }
    }
  }
  return {
    depthwise: createTensor('float32', shapes.depthwise, depthwise),
    pointwise: createTensor('float32', shapes.pointwise, pointwise),
  };
}

/** The factor that gives both steps the same norm, which suits training, float16 and quantization; 1 where one is zero. */
function balanceOf(filter: Float64Array, mixture: Float64Array): number {
  const balance = Math.sqrt(norm(mixture) / norm(filter));
  return Number.isFinite(balance) && balance > 0 ? balance : 1;
}
