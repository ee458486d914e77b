/** @file What the end of the range does to a bound: sums that may overflow on the way, and results that round to infinity. */

import { contractOf, type OpName } from '@sepconv/graph';
import { createTensor, type Tensor } from '@sepconv/tensor';
import { type FloatTensor, firstInfinite, isZero } from './floats.ts';
import type { Bound, BoundCall } from './types.ts';

/**
 * Ops that add up products: where the sum of their sizes is beyond float32, some part of the sum may be, though the whole is not.
 * Any other op computes numbers that stay in range as long as its result does.
 */
const isSum = (op: OpName): boolean =>
  ['product', 'normalization', 'resampling'].includes(contractOf(op).kind);

const finitePart = (tensor: Tensor): Tensor =>
  tensor.dtype === 'float32'
    ? createTensor(
        'float32',
        tensor.shape,
        Float32Array.from(tensor.data, (value) => (Number.isFinite(value) ? value : 0)),
      )
    : tensor;

/**
 * An op's bound, in which infinity means that anything may come out: where a sum of finite numbers may overflow in between, and
 * where that has happened to an input. Infinite or NaN inputs alone allow nothing.
 */
export async function boundWithOverflow<Name extends OpName>(
  bound: Bound<Name>,
  call: BoundCall<Name>,
): Promise<FloatTensor> {
  const given = await bound(call);
  if (given.data.every(Number.isFinite)) return given;
  const overflowed = call.errors.some(({ data }) => data.includes(Infinity));
  const erring = call.errors.some((error) => !isZero(error));
  const inputs = call.inputs.map(finitePart);
  const mayOverflow = overflowed || isSum(call.node.op);
  const finite = await bound({ ...call, inputs, output: await call.run(inputs) });
  const allowed = given.data.map((value, index) => {
    if (Number.isFinite(value)) return value;
    const ofFinite = finite.data[index]!;
    if (mayOverflow && !(ofFinite < Infinity)) return Infinity;
    if (Number.isFinite(ofFinite)) return ofFinite;
    // An error near the end of the range that grew beyond it.
    return ofFinite === Infinity && erring && Number.isFinite(call.output.data[index]) ? Infinity : 0;
  });
  return createTensor('float32', given.shape, allowed);
}

const asNumber = (value: number): number =>
  Math.abs(value) === Infinity ? Math.sign(value) * firstInfinite : value;

/**
 * The error of a value for who reads it: where a finite number may have become infinite, anything may follow from it, since
 * a tenth of infinity is no number near, and infinity times 0 is NaN.
 */
export function errorForReaders(output: Tensor, bound: FloatTensor): FloatTensor {
  const mayBeInfinite = (error: number, index: number): boolean => {
    const size = Math.abs(output.data[index] as number);
    return error > 0 && size < Infinity && size + error >= firstInfinite;
  };
  if (output.dtype !== 'float32' || !bound.data.some(mayBeInfinite)) return bound;
  return createTensor(
    'float32',
    bound.shape,
    bound.data.map((error, index) => (mayBeInfinite(error, index) ? Infinity : error)),
  );
}

/** A result with the expected numbers wherever overflow explains the difference, for a comparison of the rest. */
export function withoutOverflow(actual: Tensor, expected: Tensor, bound: FloatTensor): Tensor {
  if (actual.dtype !== 'float32') return actual;
  const data = Float32Array.from(actual.data, (value, index) => {
    const wanted = expected.data[index] as number;
    const allowed = bound.data[index] as number;
    if (allowed === Infinity) return wanted;
    const isInfinite = Math.abs(value) === Infinity || Math.abs(wanted) === Infinity;
    return isInfinite && Math.abs(asNumber(value) - asNumber(wanted)) <= allowed ? wanted : value;
  });
  return createTensor('float32', actual.shape, data);
}
