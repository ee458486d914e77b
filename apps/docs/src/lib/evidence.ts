/** @file What the evidence programme has found, read from the file that it writes. For pages that are made at build time. */
import { existsSync, readFileSync } from 'node:fs';
import type { Circumstances } from './bench-results.js';

/** Mean, least and most over the seeds. */
export interface OverSeeds {
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

/** One of the two networks that were trained alike. */
export interface TwinResult {
  readonly network: string;
  readonly params: number;
  readonly macs: number;
  readonly milliseconds: number;
  readonly accuracy: OverSeeds;
}

/** The standard network with every convolution replaced by its best separable approximation of a rank. */
export interface CurveResult {
  readonly rank: number;
  readonly method: 'plain' | 'calibrated';
  readonly macs: number;
  readonly before: OverSeeds;
  /** By how many epochs of fine-tuning. */
  readonly after: Readonly<Record<string, OverSeeds>>;
}

/** The share of a layer's squared singular values that rank 1, 2, … keep, and the same of random weights. */
export interface LayerEnergies {
  readonly network: string;
  readonly layer: string;
  readonly shape: string;
  readonly trained: readonly number[];
  readonly random: readonly number[];
}

/** What `npm run evidence` writes, as far as the site shows it. */
export interface Evidence {
  readonly circumstances: Circumstances;
  readonly scale: { readonly seeds: readonly number[]; readonly epochs: number };
  readonly standard: TwinResult;
  readonly separable: TwinResult;
  readonly curve: readonly CurveResult[];
  readonly spectra: readonly LayerEnergies[];
}

/** The results in a file; `undefined` when there is none. */
export function readEvidence(path = '../../evidence/results.json'): Evidence | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Evidence) : undefined;
}

/** A point of the curve of accuracy over cost. */
export interface AccuracyPoint {
  /** Of the standard network's multiply-adds. */
  readonly share: number;
  readonly accuracy: number;
  readonly least: number;
  readonly most: number;
  readonly rank: number;
  readonly series: 'plain' | 'calibrated' | 'tuned';
}

/** What the chart of accuracy over cost shows: each way of decomposing before fine-tuning, and the best after it. */
export function accuracyPoints({
  curve,
  standard,
}: Pick<Evidence, 'curve' | 'standard'>): readonly AccuracyPoint[] {
  const point = (
    { rank, macs }: CurveResult,
    { mean, least, most }: OverSeeds,
    series: AccuracyPoint['series'],
  ): AccuracyPoint => ({ share: macs / standard.macs, accuracy: mean, least, most, rank, series });
  const before = curve.map((each) => point(each, each.before, each.method));
  const tuned = [...new Set(curve.map(({ rank }) => rank))].flatMap((rank) => {
    const found = curve
      .filter((each) => each.rank === rank)
      .flatMap((each) => Object.values(each.after).map((after) => point(each, after, 'tuned')));
    const [best] = found.sort((a, b) => b.accuracy - a.accuracy);
    return best === undefined ? [] : [best];
  });
  return [...before, ...tuned].sort((a, b) => a.rank - b.rank);
}

/** What one rank keeps on average, in trained and in random weights, over layers of the same window. */
export interface EnergyPoint {
  readonly rank: number;
  readonly kept: number;
  readonly series: 'trained' | 'random';
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Layers whose weights have as many ranks as a 3×3 window has places. */
export const fullRank = 9;

/** The mean spectrum of the 3×3 layers, rank by rank. */
export function energyPoints(spectra: readonly LayerEnergies[]): readonly EnergyPoint[] {
  const layers = spectra.filter(({ trained }) => trained.length === fullRank);
  if (layers.length === 0) return [];
  return (['trained', 'random'] as const).flatMap((series) =>
    Array.from({ length: fullRank }, (_, index) => ({
      rank: index + 1,
      kept: mean(layers.map((layer) => layer[series][index] ?? 1)),
      series,
    })),
  );
}
