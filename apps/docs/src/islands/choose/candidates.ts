/** @file What there is to choose from, what a budget leaves of it, and which of that nothing beats. */
import { paretoFront } from '@sepconv/cost-model';
import type { NetworkName } from '@sepconv/mobilenet';

/** One network with a published accuracy, and what was counted for it when the page was built. */
export interface Candidate {
  readonly id: string;
  readonly network: NetworkName;
  /** 1 for a network that has no other. */
  readonly width: number;
  readonly resolution: number;
  /** Per cent of ImageNet's validation images. */
  readonly top1: number;
  readonly source: string;
  readonly link: string;
  readonly macs: number;
  readonly params: number;
  /** Bytes of the parameters in 8 bits. */
  readonly size: number;
  /** The arena of activations as float32, in bytes. */
  readonly memory: number;
  readonly int8Memory: number;
}

/** What a budget may limit. */
export const costNames = ['macs', 'params', 'size', 'memory', 'ms'] as const;
export type CostName = (typeof costNames)[number];

/** Upper limits; what is absent has none. */
export type Budgets = { readonly [Name in CostName]?: number };

/** How long a network took here. */
export interface Latency {
  readonly milliseconds: number;
  /** Whether the times had settled. */
  readonly isSteady: boolean;
}

/** By the candidates' ids. */
export type Latencies = Readonly<Record<string, Latency>>;

/** A candidate beside the budgets. */
export interface Rated extends Candidate {
  readonly latency?: Latency;
  readonly fits: boolean;
  /** On the front of accuracy against the chosen cost, among those that fit. */
  readonly isOptimal: boolean;
}

/** A cost of a candidate; `undefined` where it was not measured. */
export const costIn = (candidate: Candidate & { readonly latency?: Latency }, name: CostName) =>
  name === 'ms' ? candidate.latency?.milliseconds : candidate[name];

/** Every candidate, cheapest first, with whether it fits the budgets and is on the front of what fits. */
export function rate(
  candidates: readonly Candidate[],
  latencies: Latencies,
  budgets: Budgets,
  by: CostName,
): readonly Rated[] {
  const known = candidates.map((candidate) => {
    const latency = latencies[candidate.id];
    const withTime = latency === undefined ? candidate : { ...candidate, latency };
    const fits = costNames.every(
      (name) => (costIn(withTime, name) ?? Infinity) <= (budgets[name] ?? Infinity),
    );
    return { ...withTime, fits };
  });
  const rivals = known.filter((each) => each.fits && costIn(each, by) !== undefined);
  const front = paretoFront(rivals.map((each) => ({ cost: costIn(each, by)!, benefit: each.top1 })));
  const optimal = new Set(rivals.filter((_, index) => front[index]));
  return known
    .map((each) => ({ ...each, isOptimal: optimal.has(each) }))
    .sort((a, b) => (costIn(a, by) ?? Infinity) - (costIn(b, by) ?? Infinity));
}

/** The most accurate of those that fit; the cheapest of several. */
export const bestOf = (rated: readonly Rated[]): Rated | undefined =>
  rated
    .filter(({ fits }) => fits)
    .reduce<Rated | undefined>((best, each) => (best && best.top1 >= each.top1 ? best : each), undefined);
