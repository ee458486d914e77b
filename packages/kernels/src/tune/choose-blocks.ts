/** @file Every cut of each kernel beside the usual one; the best where one is better. */
import type { Network } from '@sepconv/graph';
import type { KernelChoices } from '../plan/choices.js';
import { type Plan, planNetwork } from '../plan/plan.js';
import { race } from './race.js';
import { type Block, choicesOf, joinChoices, type Subject } from './subjects.js';
import { instantiateTrials, TrialMemory } from './trials.js';

/** How long is measured, in milliseconds. */
export interface Budget {
  /** The time of the clock at which everything ends. */
  readonly deadline: number;
  /** For running each cut before it is measured, so that V8 optimizes it meanwhile. */
  readonly heat: number;
  /** For each pair of cuts. */
  readonly pair: number;
  /** Cuts that are tried of each kernel, the usual one among them. */
  readonly cuts: number;
}

/** A cut is taken only where it takes at most this part of the usual time: less is noise. */
const leastGain = 0.97;

/** V8 replaces code by its optimized version between two turns of the event loop. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/**
 * Kernels that are compiled at once and run in turns, so that the first are optimized while the others run; few, so that a short time
 * suffices for those with most to gain.
 */
const kernelsAtOnce = 6;

/** Runs something for so many milliseconds, once at least. */
function heat(run: () => void, { heat: budget, deadline }: Budget): void {
  const end = Math.min(deadline, performance.now() + budget);
  while (performance.now() < end) run();
}

/** What is known of a subject while it is tried. */
interface Best {
  readonly block: Block;
  readonly ratio: number;
  readonly tried: number;
}

/** One more cut of each of a few subjects beside the usual one; false where time was over before all were compared. */
async function tryRound(
  round: number,
  subjects: readonly Subject[],
  usual: ReadonlyMap<number, () => void>,
  trial: ReadonlyMap<number, () => void>,
  best: Map<Subject, Best>,
  budget: Budget,
): Promise<boolean> {
  const pairs = subjects.map((subject) => ({
    subject,
    block: subject.candidates[round] as Block,
    runs: [trial.get(subject.position), usual.get(subject.position)] as [() => void, () => void],
  }));
  for (const { runs } of pairs) for (const run of runs) heat(run, budget);
  await nextTurn();
  for (const { subject, block, runs } of pairs) {
    const times = race(...runs, { budget: budget.pair, deadline: budget.deadline });
    if (times === undefined) return false;
    const ratio = times[0] / times[1];
    const known = best.get(subject) ?? { block: subject.candidates[0] as Block, ratio: leastGain };
    best.set(subject, { ...(ratio < known.ratio ? { block, ratio } : known), tried: round + 1 });
  }
  return true;
}

/** The plan of a network in which each subject that has so many cuts has one of them, by its index; each is made once. */
function plansOf(network: Network, { engine }: Plan, subjects: readonly Subject[]): (round: number) => Plan {
  const plans: Plan[] = [];
  return (round) => {
    const tried = subjects.filter(({ candidates }) => round < candidates.length);
    const own = choicesOf(tried.map((subject) => [subject, subject.candidates[round] as Block]));
    const choices = joinChoices(engine.choices ?? { depthwise: {}, products: {} }, own);
    plans[round] ??= planNetwork(network, { ...engine, choices }, 'off');
    return plans[round];
  };
}

/** The best cuts of subjects of a plan, and how many of each were tried; those that time did not suffice for are left out. */
export async function chooseBlocks(
  network: Network,
  plan: Plan,
  subjects: readonly Subject[],
  budget: Budget,
): Promise<{ readonly choices: KernelChoices; readonly tried: Readonly<Record<string, number>> }> {
  const best = new Map<Subject, Best>();
  const planOf = plansOf(network, plan, subjects);
  const memory = new TrialMemory();
  const runsIn = (whole: Plan, some: readonly Subject[]) =>
    instantiateTrials(
      whole,
      some.map(({ position }) => position),
      memory,
    );
  let isInTime = true;
  for (let first = 0; isInTime && first < subjects.length; first += kernelsAtOnce) {
    const few = subjects.slice(first, first + kernelsAtOnce);
    const usual = await runsIn(plan, few);
    const cuts = Math.min(budget.cuts, Math.max(...few.map(({ candidates }) => candidates.length)));
    for (let round = 1; isInTime && round < cuts; round++) {
      const tried = few.filter(({ candidates }) => round < candidates.length);
      const trial = await runsIn(planOf(round), tried);
      isInTime = await tryRound(round, tried, usual, trial, best, budget);
    }
  }
  const found = [...best];
  return {
    choices: choicesOf(found.map(([subject, { block }]) => [subject, block])),
    tried: Object.fromEntries(found.map(([{ key }, { tried }]) => [key, tried])),
  };
}
