/** @file Bounds that several ops share. `u` is the unit roundoff 2⁻²⁴, `ε` the error of an input. */

import type { OpName } from '@sepconv/graph';
import {
  absolute,
  boundTensor,
  type FloatTensor,
  inflation,
  isZero,
  reachOf,
  smallestSubnormal,
  unitRoundoff,
} from './floats.ts';
import type { Bound, BoundCall } from './types.ts';

type Operands = readonly [input: FloatTensor, weight: FloatTensor, bias?: FloatTensor];

/**
 * A sum of `terms` products and a bias:
 *
 *   `(k + 2) · u · (|b| + Σ (|x| + ε)·|w|)  +  Σ ε·|w|  +  k · 2⁻¹⁴⁹`
 *
 * k + 1 of the roundings are the implementation's (its products and sums, in any order: Jeannerod and Rump 2013,
 * doi:10.1137/120894488, without terms of second order), one is the oracle's store. The last summand is for products
 * that are subnormal. Both sums come from the oracle, run on absolute values and on errors.
 *
 * How loose: an implementation that adds up k terms is typically √k roundings off, so a hundredth of the bound is usual
 * for k = 1000 and a third for k = 1.
 */
export async function accumulationBound(
  call: Pick<BoundCall<OpName>, 'inputs' | 'errors' | 'output' | 'run'>,
  terms: number,
): Promise<FloatTensor> {
  const [input, weight, bias] = call.inputs as Operands;
  const [inputError, weightError, biasError] = call.errors as Operands;
  const reach = reachOf(input, inputError);
  const weightReach = reachOf(weight, weightError);
  const biasReach = bias === undefined || biasError === undefined ? [] : [reachOf(bias, biasError)];
  const magnitude = await call.run([reach, weightReach, ...biasReach]);

  const moved: FloatTensor[] = [];
  const biasErrors = biasError === undefined ? [] : [biasError];
  if ([inputError, ...biasErrors].some((error) => !isZero(error))) {
    moved.push(await call.run([inputError, absolute(weight), ...biasErrors]));
  }
  if (!isZero(weightError)) moved.push(await call.run([reach, weightError]));

  return boundTensor(call.output.shape, (index) => {
    const rounding = (terms + 2) * unitRoundoff * (magnitude.data[index] as number);
    const fromInputs = moved.reduce((sum, { data }) => sum + (data[index] as number), 0);
    return (rounding + fromInputs) * inflation + (terms + moved.length) * smallestSubnormal;
  });
}

/** An op that only moves elements, or takes one of several: it moves their errors the same way. */
export const movedErrors: Bound<OpName> = (call) => call.run(call.errors);
