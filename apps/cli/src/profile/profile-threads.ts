/** @file How a network's layers scale with threads: measured beside one thread, and predicted from the scaling of the reference. */
import type { Network } from '@sepconv/graph';
import type { Choices, ChosenEngine } from '@sepconv/kernels';
import { compileFor, type PlannedSession } from '@sepconv/kernels/toolkit';
import type { Instruments } from './calibrate.js';
import { referenceNetwork } from './calibration-networks.js';

/** A layer on several threads. */
export interface LayerThreads {
  /** Threads that the layer's steps are worth, at most. */
  readonly threads: number;
  readonly predictedMs: number;
  /** `null` where nothing was measured. */
  readonly measuredMs: number | null;
  /** How many times as fast as on one thread: measured, or predicted where nothing was measured. */
  readonly scaling: number;
}

/** A network on several threads. */
export interface ThreadsProfile {
  /** Those that ran. */
  readonly threads: number;
  /** The session's own words. */
  readonly reason: string;
  /** What each further thread adds to the reference, in parts of the first; what predictions come from. */
  readonly efficiency: number;
  /** In the order of the profile's layers. */
  readonly layers: readonly LayerThreads[];
  readonly predictedMs: number;
  readonly measuredMs: number | null;
  /** A whole run at once. */
  readonly runMs: number | null;
}

/** Milliseconds for a step that threads share: they wait for one another behind it. */
const barrierMs = 0.002;

/** Time for the reference on one and on several threads. */
const referenceBudgetMs = 600;

/** What {@link profileThreads} goes by. */
export interface ThreadsOptions {
  readonly engine: ChosenEngine;
  /** What the network was tuned to. */
  readonly choices?: Choices | undefined;
  readonly threads: number | 'auto';
  /** The layers of the profile: their steps, and what these were predicted and measured to take on one thread. */
  readonly layers: readonly {
    readonly steps: readonly number[];
    readonly predictedMs: readonly number[];
    readonly measuredMs: number | null;
  }[];
  /** Milliseconds to measure, or `null` to predict only. */
  readonly budgetMs: number | null;
  readonly measure: Instruments['measure'];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0);

async function threaded(
  network: Network,
  { engine, threads, choices }: Omit<ThreadsOptions, 'layers' | 'budgetMs' | 'measure'>,
): Promise<PlannedSession> {
  const session = await compileFor(engine, network, { threads, choices });
  await session.ready();
  return session;
}

/** What each further thread adds to the reference, between nothing and as much as the first. */
async function efficiencyOf(options: ThreadsOptions): Promise<number> {
  const network = referenceNetwork();
  const one = await compileFor(options.engine, network);
  const several = await threaded(network, { ...options, choices: undefined });
  try {
    const others = several.engine.threads - 1;
    if (others === 0) return 0;
    const [alone, together] = await options.measure([one, several], { budgetMs: referenceBudgetMs });
    const scaling = (alone?.run ?? 1) / (together?.run ?? 1);
    return Math.min(1, Math.max(0, (scaling - 1) / others));
  } finally {
    one.dispose();
    several.dispose();
  }
}

/** Measures a network on several threads, layer by layer, and predicts it. */
export async function profileThreads(network: Network, options: ThreadsOptions): Promise<ThreadsProfile> {
  const efficiency = await efficiencyOf(options);
  const session = await threaded(network, options);
  try {
    const { threads, reason } = session.engine;
    const times =
      options.budgetMs === null
        ? undefined
        : (await options.measure([session], { budgetMs: options.budgetMs }))[0];
    const sharersOf = (step: number): number => Math.min(threads, session.plan.steps[step]?.threads ?? 1);
    const layers = options.layers.map(({ steps, predictedMs, measuredMs }): LayerThreads => {
      const predicted = predictedMs.map((milliseconds, index) => {
        const sharers = sharersOf(steps[index] as number);
        return sharers === 1 ? milliseconds : milliseconds / (1 + (sharers - 1) * efficiency) + barrierMs;
      });
      const measured = times === undefined ? null : sum(steps.map((step) => times.steps[step] ?? 0));
      const scaling =
        measured === null || measuredMs === null ? sum(predictedMs) / sum(predicted) : measuredMs / measured;
      return {
        threads: Math.max(...steps.map(sharersOf)),
        predictedMs: sum(predicted),
        measuredMs: measured,
        scaling,
      };
    });
    return {
      threads,
      reason,
      efficiency,
      layers,
      predictedMs: sum(layers.map((layer) => layer.predictedMs)),
      measuredMs: times === undefined ? null : sum(times.steps),
      runMs: times?.run ?? null,
    };
  } finally {
    session.dispose();
  }
}
