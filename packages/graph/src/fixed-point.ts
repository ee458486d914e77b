import { roundHalfEven } from '@sepconv/tensor';
import { GraphError } from './errors.js';

/** The exponent e of `2^e ≤ value < 2^(e + 1)`. */
function exponentOf(value: number): number {
  const exponent = Math.floor(Math.log2(value));
  // log2 rounds: next to a power of two it may give the neighbour.
  if (2 ** exponent > value) return exponent - 1;
  return 2 ** (exponent + 1) <= value ? exponent + 1 : exponent;
}

/** What an addition multiplies its two inputs by; see {@link fixedPointSum}. */
export interface FixedPointSum {
  readonly multiplierA: number;
  readonly multiplierB: number;
  /** 1 to 31. */
  readonly shift: number;
}

/**
 * The two factors of an integer addition under one shift: the larger one has 21 bits, so that both products and the
 * rounding fit into 32, and `(a · multiplierA + b · multiplierB + 2^(shift − 1)) >> shift` is one rounding, halves up.
 * Factors below 2⁻¹¹, with which nothing could round to 1, become 0.
 *
 * Source: XNNPACK, src/microparams-init.c, `xnn_init_qu8_add_minmax_scalar_params`.
 *
 * @param ratioA scale of a divided by the result's, and b's likewise.
 * @throws {GraphError} when a ratio is not positive, or 2²⁰ or more.
 *
 * @internal
 */
export function fixedPointSum(ratioA: number, ratioB: number): FixedPointSum {
  const [a, b] = [Math.fround(ratioA), Math.fround(ratioB)];
  for (const ratio of [ratioA, ratioB]) {
    if (!(ratio > 0 && Math.fround(ratio) < 2 ** 20)) {
      throw new GraphError(`a ratio of scales in a sum must be above 0 and below 2^20, not ${ratio}`);
    }
  }
  const shift = 20 - exponentOf(Math.max(a, b));
  if (shift > 31) return { multiplierA: 0, multiplierB: 0, shift: 31 };
  // Halves to the even integer, as C's lrintf rounds.
  const scaled = (ratio: number): number => roundHalfEven(ratio * 2 ** shift);
  return { multiplierA: scaled(a), multiplierB: scaled(b), shift };
}
