/** @file The numbers of a BatchNorm that is a step of its own. */
import { type NormParameters, normFactors, type Weights } from '@sepconv/graph';
import { toFloat32 } from '@sepconv/tensor';

/** What a channel is computed from. */
interface NormNumbers {
  readonly factors: Float64Array;
  readonly mean: Float32Array;
  readonly shift: Float32Array;
}

/** The numbers of a norm whose parameters `read` finds. */
function numbersOf(weights: Weights, norm: NormParameters): NormNumbers {
  const read = (name: string): Float32Array => toFloat32(weights.get(name)!).data;
  return { factors: normFactors(weights, norm), mean: read(norm.mean), shift: read(norm.shift) };
}

const isOrdinary = (value: number): boolean => {
  const size = Math.abs(Math.fround(value));
  return size === 0 ? value === 0 : size >= 2 ** -126 && size < Infinity;
};

function offsetsOf({ factors, mean, shift }: NormNumbers): Float64Array {
  return factors.map((factor, c) => (shift[c] as number) - (mean[c] as number) * factor);
}

/**
 * Whether the mean has to be subtracted first: where a factor `scale / √(variance + ε)` is no ordinary float32, as with a
 * variance of 0, or takes the mean out of range.
 */
export function needsCentring(weights: Weights, norm: NormParameters): boolean {
  const numbers = numbersOf(weights, norm);
  const isInRange = offsetsOf(numbers).every((offset) => Number.isFinite(Math.fround(offset)));
  return !(isInRange && numbers.factors.every(isOrdinary));
}

/**
 * What a channel is computed with, one row of the packed numbers for each: factor and offset; or, centred, half, mean, factor,
 * rest and shift. The factor is multiplied in two parts, of which neither overflows alone, and `half` keeps a difference that is
 * multiplied by less than 1 from overflowing.
 */
export function normRows(
  weights: Weights,
  norm: NormParameters,
  isCentred: boolean,
): readonly ArrayLike<number>[] {
  const numbers = numbersOf(weights, norm);
  const { factors, mean, shift } = numbers;
  if (!isCentred) return [factors, offsetsOf(numbers)];
  const halves = factors.map((factor) => (Math.abs(factor) < 1 ? 0.5 : 1));
  const rests = factors.map((factor) => {
    const isSplit = factor !== 0 && Number.isFinite(factor);
    return isSplit ? 2 ** Math.trunc(Math.log2(Math.abs(factor)) / 2) : 1;
  });
  const means = halves.map((half, c) => half * (mean[c] as number));
  const firsts = factors.map((factor, c) => factor / (rests[c] as number) / (halves[c] as number));
  return [halves, means, firsts, rests, shift];
}
