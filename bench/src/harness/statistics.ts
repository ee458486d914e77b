/** @file The few statistics that timings need. Times are skewed to the right: medians and minima, never means. */

function sorted(values: readonly number[]): number[] {
  if (values.length === 0) throw new Error('statistics need at least one value');
  return [...values].sort((a, b) => a - b);
}

/** The value below which the fraction `q` of all values lies, between neighbours by straight line. */
export function quantile(values: readonly number[], q: number): number {
  const ascending = sorted(values);
  const position = q * (ascending.length - 1);
  const below = ascending[Math.floor(position)] as number;
  const above = ascending[Math.ceil(position)] as number;
  return below + (above - below) * (position - Math.floor(position));
}

/** The middle value, or the mean of the middle two. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The smallest value: what the machine does when nobody disturbs it. */
export const minimum = (values: readonly number[]): number => sorted(values)[0] as number;

/**
 * How far the slow tenth lies above the fastest run, 0 when all are equal. Above {@link noisySpread} somebody else used
 * the machine.
 */
export const spread = (values: readonly number[]): number => quantile(values, 0.9) / minimum(values) - 1;

/** A {@link spread} from which on a row is marked as noisy: five times what a quiet machine shows. */
export const noisySpread = 0.25;

/** The order of contenders in a round: everybody is first once, and has each neighbour as often as any other. */
export function rotated<T>(items: readonly T[], round: number): T[] {
  const start = items.length === 0 ? 0 : round % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
