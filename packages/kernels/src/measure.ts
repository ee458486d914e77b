/**
 * @file Times what competes, so that its ratio can be trusted on a machine that does other things too: everything is
 * warmed up, then they take turns in batches of equal length, so that a disturbance is as likely in each of them; a lower
 * quartile is reported, which what comes between does not move; and it is told whether the times have settled.
 */

import { EngineError } from './errors.js';

/** Something to time. */
export interface Candidate {
  readonly name: string;
  /** Called before every batch, outside the time: puts inputs in place. */
  readonly prepare?: () => void;
  run(): void;
}

/** How long one run took. */
export interface Timing {
  /** Lower quartile of the batches: what the machine gives where little comes between. */
  readonly milliseconds: number;
  readonly medianMs: number;
  readonly minimumMs: number;
  /** Batches that this was found from. */
  readonly samples: number;
  /** Distance of the quartiles in parts of the median: 0.05 is a quiet machine. */
  readonly spread: number;
}

/** What a measurement found. */
export interface Measurement {
  /** By the candidates' names. */
  readonly timings: ReadonlyMap<string, Timing>;
  /** Whether the first and the second half of the rounds agree. If not, take the times as rough and explain nothing by them. */
  readonly isSteady: boolean;
}

/** How long to measure. */
export interface MeasureOptions {
  /**
   * Milliseconds for the batches of all candidates together; up to three times as long while the times have not settled.
   * Default 3000.
   */
  readonly budgetMs?: number;
  /** Milliseconds to warm up each candidate. V8 optimizes a kernel after it has been called a few times. Default 200. */
  readonly warmUpMs?: number;
  /**
   * Milliseconds of a batch, or one run of the slowest candidate where that is longer. At least a hundred ticks of the
   * clock: a browser's may tick ten times in a millisecond. Default 2.
   */
  readonly batchMs?: number;
  /** Batches of each candidate even where the budget is spent. Default 5. */
  readonly minimumSamples?: number;
  /** Called before each round with what is known so far: 0 and nothing before warming up. */
  readonly onRound?: (round: number, known: ReadonlyMap<string, Timing>) => void;
  /** In milliseconds; `performance.now` unless a test says otherwise. */
  readonly now?: () => number;
}

const mostRounds = 400;
const fewestWarmUps = 3;
/** Budgets after which a machine that has not settled is called noisy. */
const mostBudgets = 3;
/** How far the halves of a settled measurement may lie apart, in parts of the time. */
const settled = 0.05;
/** A distance of the quartiles from which on the lower one is not what an undisturbed machine gives. */
const disturbed = 0.5;

/** Lets the event loop turn: optimized code that a background thread has finished is taken over, messages are heard. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** The element at a quantile of sorted numbers. */
function quantile(sorted: readonly number[], q: number): number {
  const position = (sorted.length - 1) * q;
  const below = sorted[Math.floor(position)] as number;
  const above = sorted[Math.ceil(position)] as number;
  return below + (above - below) * (position - Math.floor(position));
}

/** What a list of durations says, in their unit. */
export function summarize(durations: readonly number[]): Timing {
  if (!Array.isArray(durations) || !durations.every((one) => typeof one === 'number')) {
    throw new EngineError('durations must be a list of numbers');
  }
  const sorted = [...durations].sort((a, b) => a - b);
  const [low, medianMs, high] = [0.25, 0.5, 0.75].map((q) => quantile(sorted, q)) as [number, number, number];
  return {
    milliseconds: low,
    medianMs,
    minimumMs: sorted[0] as number,
    samples: sorted.length,
    spread: (high - low) / medianMs,
  };
}

/** Whether the halves of a list of durations say the same, and most of them were undisturbed. */
function isSettled(durations: readonly number[]): boolean {
  const half = durations.length >> 1;
  if (half === 0) return false;
  const [first, second] = [durations.slice(0, half), durations.slice(-half)].map(
    (part) => summarize(part).milliseconds,
  ) as [number, number];
  return (
    Math.abs(first - second) <= settled * Math.min(first, second) && summarize(durations).spread < disturbed
  );
}

/** Runs a candidate until it is warm; returns the milliseconds of the shortest run. */
async function warmUp(candidate: Candidate, milliseconds: number, now: () => number): Promise<number> {
  const start = now();
  let batch = 1;
  let shortest = Infinity;
  for (let turns = 1; ; turns++) {
    candidate.prepare?.();
    const before = now();
    for (let run = 0; run < batch; run++) candidate.run();
    const elapsed = now() - before;
    // As many runs as a coarse clock can tell from none.
    const isLong = elapsed >= 1;
    if (isLong) shortest = Math.min(shortest, elapsed / batch);
    else batch *= 2;
    const isWarm = isLong && now() - start >= milliseconds;
    // One run of a very large layer can take longer than the whole warm-up.
    if (isWarm && (turns >= fewestWarmUps || elapsed > milliseconds)) return shortest;
    await nextTurn();
  }
}

interface Entry {
  readonly candidate: Candidate;
  readonly repeats: number;
  readonly durations: number[];
}

/** One batch of each; a different one goes first each time, since the first after a pause finds colder caches. */
function runRound(entries: readonly Entry[], round: number, now: () => number): void {
  for (let turn = 0; turn < entries.length; turn++) {
    const { candidate, repeats, durations } = entries[(turn + round) % entries.length] as Entry;
    candidate.prepare?.();
    const before = now();
    for (let run = 0; run < repeats; run++) candidate.run();
    durations.push((now() - before) / repeats);
  }
}

/** @throws {EngineError} when there is nothing to time, or times that would never end. */
function expectMeasurable(candidates: readonly Candidate[], options: MeasureOptions): void {
  const isRunnable = ({ run }: Partial<Candidate>): boolean => typeof run === 'function';
  if (!Array.isArray(candidates) || !candidates.every((one) => isRunnable(one ?? {}))) {
    throw new EngineError('measure takes a list of { name, run }');
  }
  if (typeof options !== 'object' || options === null) {
    throw new EngineError(`the options of measure must be an object, but are ${String(options)}`);
  }
  for (const name of ['budgetMs', 'warmUpMs', 'batchMs', 'minimumSamples'] as const) {
    const value: unknown = options[name];
    if (value !== undefined && !(Number.isFinite(value) && (value as number) >= 0)) {
      throw new EngineError(`${name} must be a number of at least 0, but is ${String(value)}`);
    }
  }
  for (const name of ['onRound', 'now'] as const) {
    if (options[name] !== undefined && typeof options[name] !== 'function') {
      throw new EngineError(`${name} must be a function, but is ${String(options[name])}`);
    }
  }
}

/**
 * Times the candidates side by side.
 *
 * @throws {EngineError} when there is nothing to time, or an option is something else than it can be.
 */
export async function measure(
  candidates: readonly Candidate[],
  options: MeasureOptions = {},
): Promise<Measurement> {
  expectMeasurable(candidates, options);
  const { budgetMs = 3000, warmUpMs = 200, batchMs = 2, minimumSamples = 5 } = options;
  const now = options.now ?? (() => performance.now());
  options.onRound?.(0, new Map());
  const once: number[] = [];
  for (const candidate of candidates) once.push(await warmUp(candidate, warmUpMs, now));
  const batch = Math.max(batchMs, ...once);
  const entries = candidates.map(
    (candidate, i): Entry => ({
      candidate,
      repeats: Math.max(1, Math.round(batch / (once[i] as number))),
      durations: [],
    }),
  );
  // Where a machine settles late, the rounds before are forgotten: as many count as there were in one budget.
  let counted = mostRounds;
  const latest = ({ durations }: Entry) => durations.slice(-counted);
  const timings = () =>
    new Map(entries.map((entry) => [entry.candidate.name, summarize(latest(entry))] as const));
  const isSteady = () => entries.every((entry) => isSettled(latest(entry)));
  const start = now();
  for (let round = 1; round <= mostRounds; round++) {
    const spent = now() - start;
    if (round > minimumSamples && spent > budgetMs) {
      counted = Math.min(counted, round - 1);
      if (isSteady() || spent > mostBudgets * budgetMs) break;
    }
    options.onRound?.(round, round === 1 ? new Map() : timings());
    await nextTurn();
    runRound(entries, round, now);
  }
  return { timings: timings(), isSteady: isSteady() };
}
