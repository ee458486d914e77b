/** @file Which candidates nothing beats. */
import { CostError } from './errors.js';

/** What decides between two candidates: the less it costs and the more it gets right, the better. */
export interface Rated {
  readonly cost: number;
  readonly benefit: number;
}

/**
 * Whether each candidate is on the Pareto front: no other costs as little and gets as much right, and is better in one of
 * the two.
 *
 * @throws {CostError} when they are no list of two numbers each.
 */
export function paretoFront(candidates: readonly Rated[]): boolean[] {
  const isRated = (one: Partial<Rated> | undefined): boolean =>
    typeof one?.cost === 'number' && typeof one.benefit === 'number';
  if (!Array.isArray(candidates) || !candidates.every(isRated)) {
    throw new CostError('candidates must be a list of { cost, benefit }, both numbers');
  }
  return candidates.map(
    (one) =>
      !candidates.some(
        (other) =>
          other.cost <= one.cost &&
          other.benefit >= one.benefit &&
          (other.cost < one.cost || other.benefit > one.benefit),
      ),
  );
}
