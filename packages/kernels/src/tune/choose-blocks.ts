/** @file Every cut of each kernel beside the usual one; the best where one is better. */
import type { Network } from '@sepconv/graph';
import type { KernelChoices } from '../plan/choices.js';
import { type Plan, planNetwork } from '../plan/plan.js';
import { race } from './race.js';
import { type Block, choicesOf, joinChoices, type Subject, unknownOf } from './subjects.js';
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

/** Pairs that are run before they are measured: meanwhile the first of them are optimized. */
const pairsOfTurn = 8;

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

/** One more cut of each subject, in its place of the network's plan, beside the usual one. */
async function tryRound(
  round: number,
  subjects: readonly Subject[],
  usual: ReadonlyMap<number, () => void>,
  trial: ReadonlyMap<number, () => void>,
  best: Map<Subject, Best>,
  budget: Budget,
): Promise<void> {
  const pairs = subjects.map((subject) => ({
    subject,
    block: subject.candidates[round] as Block,
    runs: [trial.get(subject.position), usual.get(subject.position)] as [() => void, () => void],
  }));
  for (let first = 0; first < pairs.length; first += pairsOfTurn) {
    const turn = pairs.slice(first, first + pairsOfTurn);
    for (const { runs } of turn) for (const run of runs) heat(run, budget);
    await nextTurn();
    for (const { subject, block, runs } of turn) {
      const times = race(...runs, { budget: budget.pair, deadline: budget.deadline });
      if (times === undefined) return;
      const ratio = times[0] / times[1];
      const known = best.get(subject) ?? { block: subject.candidates[0] as Block, ratio: leastGain };
      best.set(subject, { ...(ratio < known.ratio ? { block, ratio } : known), tried: round + 1 });
    }
  }
}

/** The best cuts of subjects of a plan, and how many of each were tried; those that time did not suffice for are left out. */
export async function chooseBlocks(
  network: Network,
  plan: Plan,
  subjects: readonly Subject[],
  budget: Budget,
): Promise<{ readonly choices: KernelChoices; readonly tried: Readonly<Record<string, number>> }> {
  const best = new Map<Subject, Best>();
  const { engine } = plan;
  const memory = new TrialMemory();
  const usual = await instantiateTrials(
    plan,
    subjects.map(({ position }) => position),
    memory,
  );
  for (let round = 1, took = 0; ; round++) {
    const start = performance.now();
    const tried = unknownOf(subjects, {}, budget.cuts).filter(({ candidates }) => round < candidates.length);
    if (round >= budget.cuts || tried.length === 0 || start + took > budget.deadline) break;
    const own = choicesOf(tried.map((subject) => [subject, subject.candidates[round] as Block]));
    const choices = joinChoices(engine.choices ?? { depthwise: {}, products: {} }, own);
    const other = planNetwork(network, { ...engine, choices }, 'off');
    const trial = await instantiateTrials(
      other,
      tried.map(({ position }) => position),
      memory,
    );
    took = performance.now() - start;
    await tryRound(round, tried, usual, trial, best, budget);
  }
  const found = [...best];
  return {
    choices: choicesOf(found.map(([subject, { block }]) => [subject, block])),
    tried: Object.fromEntries(found.map(([{ key }, { tried }]) => [key, tried])),
  };
}
