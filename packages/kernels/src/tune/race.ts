/** @file Two things beside one another until it is clear which is faster, or the time is over. */
import { runRound } from '../run-round.js';

/** Rounds that are run at least, however long they take. */
const leastRounds = 4;

/** How long a race goes on. */
export interface RaceLimits {
  /** Milliseconds after which it is decided. */
  readonly budget: number;
  /** The time of the clock at which it ends undecided. */
  readonly deadline: number;
}

/** The shortest of interleaved runs of both, in milliseconds; nothing where the time was over before. */
export function race(
  first: () => void,
  second: () => void,
  { budget, deadline }: RaceLimits,
): readonly [number, number] | undefined {
  const best: [number, number] = [Infinity, Infinity];
  const start = performance.now();
  for (let round = 0; ; round++) {
    const now = performance.now();
    if (round >= leastRounds && now - start > budget) return best;
    // A round takes as long as the shortest so far, at least.
    const next = round === 0 ? 0 : best[0] + best[1];
    if (now + next > deadline) return undefined;
    runRound([first, second], best);
  }
}
