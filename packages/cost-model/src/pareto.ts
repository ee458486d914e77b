/** @file Which candidates nothing beats. */
/** What decides between two candidates: the less it costs and the more it gets right, the better. */
export interface Rated {
  readonly cost: number;
  readonly benefit: number;
}

/**
 * Whether each candidate is on the Pareto front: no other costs as little and gets as much right, and is better in one of
 * the two.
 */
export function paretoFront(candidates: readonly Rated[]): boolean[] {
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
