/** @file From a rule to a rank for every layer. */
import { type Choice, chooseWithin, leastLoad } from './budget.js';
import type { Candidate } from './candidates.js';
import { DecomposeError } from './errors.js';
import { energyOf } from './factorization.js';
import type { Budget, DecomposeOptions, MeasureGraphs } from './options.js';

/** A candidate with its singular spectrum. */
export interface SpectralCandidate extends Candidate {
  readonly spectrum: readonly number[];
}

/** The whole network, as far as a budget looks at it. */
export interface NetworkCosts {
  readonly macs: number;
  /** Milliseconds of one run; 0 unless a budget asks for them. */
  readonly milliseconds: number;
}

/** The smallest rank that keeps at least this share; the exact rank keeps everything, whatever rounding says. */
function rankForEnergy(spectrum: readonly number[], energy: number): number {
  const rank = spectrum.findIndex((_, index) => energyOf(spectrum, index + 1) >= energy);
  return rank < 0 ? spectrum.length : rank + 1;
}

/**
 * T for every layer, or `null` where a budget leaves the standard convolution.
 *
 * @throws {DecomposeError} when a budget cannot be kept, naming it and the least that is possible.
 */
export async function chooseRanks(
  candidates: readonly SpectralCandidate[],
  network: NetworkCosts,
  options: DecomposeOptions,
): Promise<readonly (number | null)[]> {
  if (options.rank !== undefined) {
    const { rank } = options;
    return candidates.map(({ conv }) => Math.min(rank, conv.layer.exactRank));
  }
  if (options.energy !== undefined) {
    const { energy } = options;
    return candidates.map(({ spectrum }) => rankForEnergy(spectrum, energy));
  }
  return ranksWithin(candidates, network, options.budget, options);
}

async function ranksWithin(
  candidates: readonly SpectralCandidate[],
  network: NetworkCosts,
  budget: Budget,
  { measure, force = false }: DecomposeOptions,
): Promise<readonly (number | null)[]> {
  const saving = candidates.map(savingRanks);
  if ('milliseconds' in budget) {
    for (const [i, candidate] of candidates.entries()) {
      // A layer in which no rank saves is measured too: its time is part of what the budget cannot touch.
      await candidate.measure(
        (saving[i] as number[]).length > 0 ? (saving[i] as number[]) : [1],
        measure as MeasureGraphs,
      );
    }
  }
  for (;;) {
    const layers = candidates.map((candidate, i) =>
      choicesOf(candidate, saving[i] as number[], budget, force),
    );
    const limit = limitOf(candidates, network, budget);
    const chosen = chooseWithin(layers, limit.forLayers);
    if (chosen === undefined) throw outOfReach(budget, limit, leastLoad(layers));
    // A rank that was measured slower is no choice: it is taken away, and the others are weighed again.
    let isSettled = true;
    for (const [i, { rank }] of chosen.entries()) {
      const candidate = candidates[i] as SpectralCandidate;
      if (rank === null || measure === undefined || force) continue;
      await candidate.measure([rank], measure);
      if (!isSlower(candidate, rank)) continue;
      saving[i] = (saving[i] as number[]).filter((other) => other !== rank);
      isSettled = false;
    }
    if (isSettled) return chosen.map(({ rank }) => rank);
  }
}

/** Whether a rank was measured, and took at least as long as the standard convolution. */
export function isSlower(candidate: Candidate, rank: number): boolean {
  const times = candidate.timesAt(rank);
  return times !== undefined && times.after >= times.before;
}

function savingRanks(candidate: SpectralCandidate): number[] {
  return candidate.spectrum
    .map((_, index) => index + 1)
    .filter((rank) => candidate.macsAt(rank) < candidate.macsBefore);
}

function choicesOf(
  candidate: SpectralCandidate,
  ranks: readonly number[],
  budget: Budget,
  force: boolean,
): Choice[] {
  const { spectrum, macsBefore } = candidate;
  const lossAt = (rank: number): number => Math.max(0, 1 - energyOf(spectrum, rank));
  const standardMs = firstTimes(candidate)?.before ?? 0;
  const choiceOf = (rank: number): Choice => {
    if ('error' in budget) return { rank, load: lossAt(rank), loss: candidate.macsAt(rank) };
    const load =
      'macs' in budget
        ? candidate.macsAt(rank)
        : (candidate.timesAt(rank)?.after ?? Number.POSITIVE_INFINITY);
    return { rank, load, loss: lossAt(rank) };
  };
  const standard: Choice =
    'error' in budget
      ? { rank: null, load: 0, loss: macsBefore }
      : { rank: null, load: 'macs' in budget ? macsBefore : standardMs, loss: 0 };
  return [standard, ...ranks.filter((rank) => force || !isSlower(candidate, rank)).map(choiceOf)];
}

interface Limit {
  /** Of the whole network. */
  readonly whole: number;
  /** What the network's other nodes take of it. */
  readonly others: number;
  readonly forLayers: number;
}

function limitOf(candidates: readonly SpectralCandidate[], network: NetworkCosts, budget: Budget): Limit {
  const limit = (whole: number, others: number): Limit => ({ whole, others, forLayers: whole - others });
  if ('error' in budget) return limit(budget.error ** 2, 0);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  if ('macs' in budget) {
    const layers = sum(candidates.map(({ macsBefore }) => macsBefore));
    return limit(budget.macs * network.macs, network.macs - layers);
  }
  const layers = sum(candidates.map((candidate) => firstTimes(candidate)?.before ?? 0));
  // Layers alone can take longer than together, where the engine fuses what lies between them.
  return limit(budget.milliseconds, Math.max(0, network.milliseconds - layers));
}

function firstTimes(candidate: SpectralCandidate) {
  for (let rank = 1; rank <= candidate.spectrum.length; rank++) {
    const times = candidate.timesAt(rank);
    if (times !== undefined) return times;
  }
  return undefined;
}

function outOfReach(budget: Budget, { whole, others }: Limit, least: number): DecomposeError {
  const [unit, digits] = 'macs' in budget ? ['MACs', 0] : ['ms', 3];
  const show = (value: number): string => `${Number(value.toFixed(digits as number))} ${unit}`;
  return new DecomposeError(
    `the budget is ${show(whole)} for the network, but ${show(others + least)} is the least: ${show(others)} of layers that stay, and ${show(least)} of the others at their smallest useful ranks`,
  );
}
