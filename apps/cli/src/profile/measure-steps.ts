/**
 * @file Times of a session's steps, one by one and as they follow one another in a run: the caches are as they are then.
 * Several sessions take turns, so that a slow second hits all of them.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PlannedSession } from '@sepconv/kernels/toolkit';
import { createRandom, randomTensor } from '@sepconv/tensor';

/** Times of one session in milliseconds. */
export interface StepTimes {
  /** Of every step, in order. */
  readonly steps: readonly number[];
  /** Of a whole run, which is not the sum of the steps where the machine does other things in between. */
  readonly run: number;
  readonly passes: number;
}

/** Options of {@link measureSteps}. */
export interface MeasureStepsOptions {
  /** Time for the passes of all sessions together. Default 1500. */
  readonly budgetMs?: number;
  /** Time for warming up each session. Default 250. */
  readonly warmUpMs?: number;
  /** Passes of each session even where the budget is spent. Default 12. */
  readonly minimumPasses?: number;
  readonly now?: () => number;
}

/**
 * What a step takes when nothing else runs: the lower quartile. Another process can only make a step slower, and on a quiet
 * machine the quartile is the median; the minimum would be a matter of luck.
 */
const typical = 0.25;
const warmUpPasses = 6;
/** A session that still gained so much since the last look is not warm yet. */
const stillFaster = 0.97;
/** In parts of the wanted warm-up: a network of seconds must not be warmed up for minutes. */
const longestWarmUp = 12;
const mostPasses = 400;

/** The element at a quantile of some numbers. */
export function quantile(numbers: readonly number[], q: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * q)] ?? 0;
}

/** Puts seeded inputs in place: the times do not depend on them, unless they were denormal or NaN. */
function inputFiller(session: Session): () => void {
  const inputs = [...session.inputs.values()].map((view) => ({
    view,
    data: randomTensor(view.shape, createRandom(1)).data,
  }));
  return () => {
    for (const { view, data } of inputs) view.data.set(data);
  };
}

/** A session, which with several threads times its steps itself. */
type Session = Pick<PlannedSession, 'steps' | 'inputs' | 'run' | 'timeSteps'>;

function onePass(session: Session, times: readonly number[][], now: () => number): void {
  const { steps } = session;
  if (session.timeSteps !== undefined) {
    for (const [index, time] of session.timeSteps().entries()) times[index]?.push(time);
    return;
  }
  for (const [index, step] of steps.entries()) {
    const before = now();
    step.run(0, step.units);
    times[index]?.push(now() - before);
  }
}

/**
 * Runs a session until it gets no faster: V8 optimizes one kernel after another in the background, which on a busy machine
 * takes its time.
 */
async function warmUp(session: Session, milliseconds: number, now: () => number): Promise<void> {
  const start = now();
  let before = Infinity;
  for (;;) {
    const times = session.steps.map((): number[] => []);
    for (let pass = 0; pass < warmUpPasses; pass++) {
      onePass(session, times, now);
      // Optimized code is taken over between two turns.
      await nextTurn();
    }
    const best = times.reduce((total, steps) => total + Math.min(...steps), 0);
    const elapsed = now() - start;
    if (elapsed > longestWarmUp * milliseconds || (elapsed > milliseconds && best > stillFaster * before))
      return;
    before = best;
  }
}

/** Times the steps of sessions in turns. */
export async function measureSteps(
  sessions: readonly Session[],
  options: MeasureStepsOptions = {},
): Promise<readonly StepTimes[]> {
  const { budgetMs = 1500, warmUpMs = 250, minimumPasses = 12, now = () => performance.now() } = options;
  const entries = sessions.map((session) => ({
    session,
    fill: inputFiller(session),
    steps: session.steps.map((): number[] => []),
    runs: [] as number[],
  }));
  for (const { session, fill } of entries) {
    fill();
    await warmUp(session, warmUpMs, now);
  }
  const start = now();
  for (let pass = 0; pass < mostPasses; pass++) {
    if (pass >= minimumPasses && now() - start > budgetMs) break;
    for (const { session, fill, steps, runs } of entries) {
      // A run may overwrite its inputs.
      fill();
      const before = now();
      session.run();
      runs.push(now() - before);
      fill();
      onePass(session, steps, now);
    }
    await nextTurn();
  }
  return entries.map(({ steps, runs }) => ({
    steps: steps.map((times) => quantile(times, typical)),
    run: quantile(runs, typical),
    passes: runs.length,
  }));
}
