/** @file Numbers about float32, and rounding towards +∞ so that a bound stays one when it is stored. */

import { createTensor, type Tensor } from '@sepconv/tensor';

/** What bounds are made of. */
export type FloatTensor = Tensor<'float32'>;

/** u = 2⁻²⁴: rounding to float32 changes a normal number by at most u times itself. */
export const unitRoundoff = 2 ** -24;

/** The distance of neighbouring float32 numbers near x is at most 2u·|x|: one ulp. */
export const ulp = 2 * unitRoundoff;

/** What rounds to infinity in float32 is at least this. */
export const firstInfinite = 2 ** 128;

/** The distance of neighbouring subnormal numbers; rounding one changes it by at most half of it. */
export const smallestSubnormal = 2 ** -149;

/** Below it, numbers are subnormal, and implementations of eˣ may give 0. */
export const smallestNormal = 2 ** -126;

/**
 * Bounds are themselves computed with rounding: magnitudes come from the oracle as float32. This factor, 16 times that
 * rounding, also pays for the terms of second order in u that the bounds leave out.
 */
export const inflation = 1 + 2 ** -20;

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/** The smallest float32 number that is not below `value ≥ 0`. */
export function roundUp(value: number): number {
  scratch[0] = value;
  if ((scratch[0] as number) < value) scratchBits[0] = (scratchBits[0] as number) + 1;
  return scratch[0] as number;
}

/** A tensor shaped like `shape` whose element `i` is `valueAt(i)`, rounded up. */
export function boundTensor(shape: readonly number[], valueAt: (index: number) => number): FloatTensor {
  const length = shape.reduce((product, dimension) => product * dimension, 1);
  return createTensor(
    'float32',
    shape,
    Float32Array.from({ length }, (_, index) => roundUp(valueAt(index))),
  );
}

/** `|x|`, element by element. */
export function absolute({ shape, data }: Tensor): FloatTensor {
  return createTensor('float32', shape, Float32Array.from(data, Math.abs));
}

/** `|x| + error`: no implementation's element is larger than that. */
export function reachOf({ shape, data }: Tensor, error: FloatTensor): FloatTensor {
  return boundTensor(shape, (index) => Math.abs(data[index] as number) + (error.data[index] as number));
}

/** Whether no element differs from 0. */
export function isZero({ data }: Tensor): boolean {
  return Array.prototype.every.call(data, (value) => value === 0);
}
