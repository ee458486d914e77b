/**
 * @file Timing that can be trusted on a machine that does other things too: every candidate is warmed up, then they
 * take turns, so that a slow second hits all of them, and the median is reported, which a few bad samples do not move.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Something to time. */
export interface Candidate {
  readonly name: string;
  /** Called before every sample, outside the time: puts inputs in place. */
  readonly prepare?: () => void;
  run(): void;
}

export interface Timing {
  /** Of one run. */
  readonly medianMs: number;
  readonly minimumMs: number;
  readonly samples: number;
  /** Distance of the quartiles in parts of the median: 0.05 is a quiet machine. */
  readonly spread: number;
}

export interface MeasureOptions {
  /** Time for the samples of all candidates together. Default 3000. */
  readonly budgetMs?: number;
  /** Time for warming up each candidate. V8 optimizes a kernel after it has been called a few times. Default 200. */
  readonly warmUpMs?: number;
  /** Samples of each candidate even where the budget is spent. Default 5. */
  readonly minimumSamples?: number;
  /** Called before each round, 0 for warming up. */
  readonly onRound?: (round: number) => void;
  /** In milliseconds; `performance.now` unless a test says otherwise. */
  readonly now?: () => number;
}

/** A sample shorter than this is mostly the timer's; short runs are repeated within one sample. */
const shortestSampleMs = 1;
const mostSamples = 200;
const fewestWarmUps = 3;

/** The element at a quantile of sorted numbers. */
function quantile(sorted: readonly number[], q: number): number {
  const position = (sorted.length - 1) * q;
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  return below + (above - below) * (position - Math.floor(position));
}

/** What a list of durations says. */
export function summarize(durations: readonly number[]): Timing {
  const sorted = [...durations].sort((a, b) => a - b);
  const medianMs = quantile(sorted, 0.5);
  return {
    medianMs,
    minimumMs: sorted[0] as number,
    samples: sorted.length,
    spread: (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / medianMs,
  };
}

/** Runs a candidate until it is warm; returns the milliseconds of one run at the end. */
async function warmUp(candidate: Candidate, milliseconds: number, now: () => number): Promise<number> {
  const start = now();
  let last = 0;
  for (let runs = 0; ; runs++) {
    candidate.prepare?.();
    const before = now();
    candidate.run();
    last = now() - before;
    // One run of a very large layer can take longer than the whole warm-up.
    if (now() - start >= milliseconds && (runs + 1 >= fewestWarmUps || last > milliseconds)) return last;
    // Optimized code that a background thread has finished is taken over between two turns.
    await nextTurn();
  }
}

/** Times the candidates side by side; results by name. */
export async function measure(
  candidates: readonly Candidate[],
  options: MeasureOptions = {},
): Promise<ReadonlyMap<string, Timing>> {
  const { budgetMs = 3000, warmUpMs = 200, minimumSamples = 5, now = () => performance.now() } = options;
  const entries: { candidate: Candidate; repeats: number; durations: number[] }[] = [];
  options.onRound?.(0);
  for (const candidate of candidates) {
    const once = await warmUp(candidate, warmUpMs, now);
    entries.push({ candidate, repeats: Math.max(1, Math.ceil(shortestSampleMs / once)), durations: [] });
  }
  const start = now();
  for (let round = 1; round <= mostSamples; round++) {
    if (round > minimumSamples && now() - start > budgetMs) break;
    options.onRound?.(round);
    await nextTurn();
    for (let turn = 0; turn < entries.length; turn++) {
      // A different one goes first each time: the first after a pause finds colder caches.
      const { candidate, repeats, durations } = entries[
        (turn + round) % entries.length
      ] as (typeof entries)[number];
      candidate.prepare?.();
      const before = now();
      for (let i = 0; i < repeats; i++) candidate.run();
      durations.push((now() - before) / repeats);
    }
  }
  return new Map(entries.map(({ candidate, durations }) => [candidate.name, summarize(durations)]));
}
