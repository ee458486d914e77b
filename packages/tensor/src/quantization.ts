import { TensorError } from './errors.js';

/**
 * Affine quantization, `real = scale · (stored − zeroPoint)`.
 *
 * One scale and one zero point serve the whole tensor when `axis` is absent; otherwise there is one of each per index
 * of that axis. Source: Jacob et al. 2018, arXiv:1712.05877.
 */
export interface Quantization {
  readonly scale: readonly number[];
  readonly zeroPoint: readonly number[];
  readonly axis?: number;
}

/** The smallest and the largest number that a quantized element type can store. */
export function storedRange(dtype: 'int8' | 'uint8' | 'int32'): {
  readonly min: number;
  readonly max: number;
} {
  if (dtype === 'int8') return { min: -128, max: 127 };
  if (dtype === 'uint8') return { min: 0, max: 255 };
  return { min: -(2 ** 31), max: 2 ** 31 - 1 };
}

/**
 * Checks a quantization against the tensor that carries it.
 *
 * @throws {TensorError} when the counts do not fit the axis or a scale is not a positive finite number.
 */
export function checkQuantization(
  quantization: Quantization,
  shape: readonly number[],
  what = 'a tensor',
): void {
  if (!Array.isArray(quantization?.scale) || !Array.isArray(quantization.zeroPoint)) {
    throw new TensorError(
      `the quantization of ${what} must be { scale: [0.5], zeroPoint: [128] }, with lists of numbers`,
    );
  }
  const { scale, zeroPoint, axis } = quantization;
  const wanted = axis === undefined ? 1 : shape[axis];
  if (wanted === undefined) {
    throw new TensorError(`${what} is quantized along axis ${axis}, but has ${shape.length} dimensions`);
  }
  if (scale.length !== wanted || zeroPoint.length !== wanted) {
    throw new TensorError(
      `${what} needs ${wanted} scales and zero points, but has ${scale.length} scales and ${zeroPoint.length} zero points`,
    );
  }
  for (const value of scale) {
    if (!(value > 0 && Number.isFinite(value))) {
      throw new TensorError(
        `${what} has the quantization scale ${value}; a scale must be positive and finite`,
      );
    }
  }
  for (const value of zeroPoint) {
    if (!Number.isInteger(value)) {
      throw new TensorError(`${what} has the zero point ${value}; a zero point must be an integer`);
    }
  }
}

/** Whether two quantizations give every stored integer the same meaning; neither of them is one, too. */
export function sameQuantization(a: Quantization | undefined, b: Quantization | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const isGiven = (one: Quantization): boolean => Array.isArray(one?.scale) && Array.isArray(one.zeroPoint);
  if (!isGiven(a) || !isGiven(b)) return false;
  const same = (x: readonly number[], y: readonly number[]): boolean =>
    x.length === y.length && x.every((value, i) => value === y[i]);
  return a.axis === b.axis && same(a.scale, b.scale) && same(a.zeroPoint, b.zeroPoint);
}
