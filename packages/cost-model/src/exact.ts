/** @file Integer arithmetic that is exact or refuses: a count that was rounded would look as certain as a right one. */
import { CostError } from './errors.js';

function expectExact(what: string, value: number): number {
  if (!Number.isSafeInteger(value)) {
    throw new CostError(
      `${what} is about ${value.toPrecision(4)}, more than ${Number.MAX_SAFE_INTEGER}, the largest count that is exact here`,
    );
  }
  return value;
}

/**
 * The product of nonnegative integers.
 *
 * @throws {CostError} when it is above `Number.MAX_SAFE_INTEGER`.
 */
export function exactProduct(what: string, ...factors: readonly number[]): number {
  // A product of exact factors above the limit never rounds to one below it, so checking every step is enough.
  return factors.reduce((product, factor) => expectExact(what, product * factor), 1);
}

/**
 * The sum of nonnegative integers.
 *
 * @throws {CostError} when it is above `Number.MAX_SAFE_INTEGER`.
 */
export function exactSum(what: string, terms: readonly number[]): number {
  return terms.reduce((sum, term) => expectExact(what, sum + term), 0);
}
