/** @file Every combination of widths and resolutions of a network: what it costs, and which are worth having. */
import { costOf, type Machine, paretoFront, peakMemory, predictLatency, roofline } from '@sepconv/cost-model';
import type { Graph } from '@sepconv/graph';
import type { EngineName } from '@sepconv/kernels';
import { engines, planGraph } from '@sepconv/kernels/toolkit';
import { type NamedOptions, type PublishedAccuracy, publishedAccuracy } from '@sepconv/mobilenet';
import { engineSchedule } from '../cost-analysis.js';
import { builtInGraph } from '../networks.js';
import type { Calibration } from '../profile/calibrate.js';
import { workOf } from '../profile/kernel-work.js';
import { expectRunnable } from '../profile/runnable.js';
import type { Budget, BudgetName } from './budget.js';

/** One network of the sweep. */
export interface SweepEntry {
  readonly options: NamedOptions;
  readonly macs: number;
  readonly params: number;
  /** The arena as float32, in bytes. */
  readonly memory: number;
  /** The arena as int8. */
  readonly int8Memory: number;
  /** Predicted; `null` where no machine was asked about. */
  readonly ms: number | null;
  readonly accuracy: PublishedAccuracy | null;
  readonly fits: boolean;
  /** On the front of accuracy against {@link Sweep.by}, among those that fit; `null` without a published accuracy. */
  readonly isOptimal: boolean | null;
}

/** A sweep. */
export interface Sweep {
  readonly name: string;
  readonly budgets: readonly Budget[];
  /** The cost that the Pareto front is drawn against: the first budget's. */
  readonly by: BudgetName;
  readonly machine: string | null;
  readonly entries: readonly SweepEntry[];
}

/** What predicts milliseconds. */
export type Timer =
  | { readonly kind: 'machine'; readonly machine: Machine }
  | { readonly kind: 'calibration'; readonly engine: EngineName; readonly calibration: Calibration };

function millisecondsOf(graph: Graph, timer: Timer): number {
  expectRunnable(graph);
  const engine = engines[timer.kind === 'machine' ? 'simd128' : timer.engine];
  return workOf(planGraph(graph, engine))
    .map((work) =>
      timer.kind === 'machine'
        ? roofline(work, timer.machine).milliseconds
        : predictLatency(timer.calibration.model, work, timer.calibration.machine),
    )
    .reduce((sum, ms) => sum + ms, 0);
}

/** Every combination of the values of each option, the first option varying slowest. */
export function combinations(
  axes: Readonly<Record<string, readonly number[]>>,
): Readonly<Record<string, number>>[] {
  return Object.entries(axes).reduce<Readonly<Record<string, number>>[]>(
    (rows, [name, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))),
    [{}],
  );
}

/** Counts every combination, and marks those that fit and those that nothing beats. */
export function sweepNetwork(
  name: string,
  axes: Readonly<Record<string, readonly number[]>>,
  fixed: Readonly<Record<string, number | boolean | string>>,
  budgets: readonly Budget[],
  timer: Timer | undefined,
  say: (what: string) => void,
): Sweep {
  const by = budgets[0]?.name ?? 'macs';
  const counted: Omit<SweepEntry, 'isOptimal'>[] = [];
  for (const combination of combinations(axes)) {
    const options = { ...fixed, ...combination };
    const graph = builtInGraph(name, options);
    say(`Counting ${graph.name}`);
    const { macs, params } = costOf(graph).totals;
    const schedule = engineSchedule(graph);
    const plan = schedule === undefined ? {} : { schedule };
    const entry = {
      options,
      macs,
      params: params.trainable,
      memory: peakMemory(graph, plan).arenaBytes,
      int8Memory: peakMemory(graph, { ...plan, type: 'int8' }).arenaBytes,
      ms: timer === undefined ? null : millisecondsOf(graph, timer),
      accuracy: publishedAccuracy(name, options) ?? null,
    };
    const fits = budgets.every(({ name: what, limit }) => (entry[what] ?? Infinity) <= limit);
    counted.push({ ...entry, fits });
  }
  const rated = counted.filter(({ fits, accuracy }) => fits && accuracy !== null);
  const front = paretoFront(
    rated.map((entry) => ({ cost: entry[by] ?? Infinity, benefit: entry.accuracy?.top1 ?? 0 })),
  );
  const optimal = new Set(rated.filter((_, i) => front[i]));
  const entries = counted
    .map((entry) => ({ ...entry, isOptimal: entry.accuracy === null ? null : optimal.has(entry) }))
    .sort((a, b) => (a[by] ?? 0) - (b[by] ?? 0));
  const machine =
    timer === undefined
      ? null
      : timer.kind === 'machine'
        ? timer.machine.name
        : `this machine, ${timer.engine}`;
  return { name, budgets, by, machine, entries };
}
