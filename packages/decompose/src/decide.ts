/** @file Whether a layer is replaced, and what the report says of it. */
import type { Unfit } from './candidates.js';
import { isSlower, type SpectralCandidate } from './choose-ranks.js';
import { type ConvDecomposition, decomposeFactored } from './decompose-conv2d.js';
import type { Factorization } from './factorization.js';
import type { DecomposeOptions } from './options.js';
import { outputErrorOf } from './predict.js';
import type { LayerReport } from './report.js';
import type { LayerSamples } from './samples.js';

/** A candidate that was factored. */
export interface Factored extends SpectralCandidate {
  readonly factorization: Factorization;
  readonly samples: LayerSamples;
}

/** What was decided about a factored layer. */
export interface Decision {
  readonly report: LayerReport;
  /** Present when the layer is replaced. */
  readonly decomposition?: ConvDecomposition;
}

/** The error of a decomposition on the layer's samples; the bias is the layer's own where the decomposition has none. */
export function errorOnSamples(
  { conv, samples }: Factored,
  decomposition: ConvDecomposition,
): ReturnType<typeof outputErrorOf> {
  const bias = decomposition.bias?.data ?? conv.bias;
  return outputErrorOf(conv.layer, { ...decomposition, bias }, samples);
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(3))} %`;

/** The report of a layer that cannot be decomposed. */
export function unfitReport({ node, macsBefore, why }: Unfit): LayerReport {
  return {
    name: node.name,
    rank: null,
    exactRank: null,
    breakEvenRank: null,
    spectrum: [],
    energy: null,
    outputError: null,
    method: null,
    macsBefore,
    macsAfter: null,
    msBefore: null,
    msAfter: null,
    replaced: false,
    why,
  };
}

/** Whether a layer is replaced at a rank, and why. */
function verdict(
  layer: Factored,
  rank: number,
  energy: number,
  force: boolean,
): { replaced: boolean; why: string } {
  const macsAfter = layer.macsAt(rank);
  const kept = `rank ${rank} of ${layer.conv.layer.exactRank} keeps ${percent(energy)} of the energy`;
  const costs = `${percent(macsAfter / layer.macsBefore)} of the multiply-adds`;
  const times = layer.timesAt(rank);
  const objections = [
    ...(macsAfter >= layer.macsBefore
      ? [`rank ${rank} takes ${costs}: only ranks below ${Number(layer.breakEven.toPrecision(3))} save`]
      : []),
    ...(times !== undefined && isSlower(layer, rank)
      ? [
          `rank ${rank} was measured at ${Number(times.after.toPrecision(3))} ms against ${Number(times.before.toPrecision(3))} ms`,
        ]
      : []),
  ];
  if (objections.length === 0) return { replaced: true, why: `${kept} for ${costs}` };
  const objection = objections.join(', and ');
  return force
    ? { replaced: true, why: `forced, although ${objection}` }
    : { replaced: false, why: objection };
}

/** Why a budget leaves a layer as it is. */
function whyStandard(layer: Factored): string {
  const saving = layer.spectrum
    .map((_, index) => index + 1)
    .filter((rank) => layer.macsAt(rank) < layer.macsBefore);
  if (saving.length === 0) {
    return `no rank saves multiply-adds: only ranks below ${Number(layer.breakEven.toPrecision(3))} would`;
  }
  return saving.every((rank) => isSlower(layer, rank))
    ? 'every rank that saves multiply-adds was measured slower'
    : 'the budget has room for it as it is';
}

/** Decomposes a factored layer at a rank, and decides whether it is replaced; `null` leaves it as it is. */
export function decide(layer: Factored, rank: number | null, options: DecomposeOptions): Decision {
  const { node, conv, spectrum, samples, macsBefore } = layer;
  const known = {
    name: node.name,
    exactRank: conv.layer.exactRank,
    breakEvenRank: layer.breakEven,
    spectrum,
    macsBefore,
  };
  if (rank === null) {
    const why = whyStandard(layer);
    const none = {
      rank,
      energy: null,
      outputError: null,
      method: null,
      macsAfter: null,
      msBefore: null,
      msAfter: null,
    };
    return { report: { ...known, ...none, replaced: false, why } };
  }
  const isCalibrated = options.calibration !== undefined;
  const decomposition = decomposeFactored(
    conv,
    layer.factorization,
    rank,
    isCalibrated ? samples : undefined,
  );
  const outputError = decomposition.outputError ?? errorOnSamples(layer, decomposition);
  const { replaced, why } = verdict(layer, rank, decomposition.energy, options.force ?? false);
  const times = layer.timesAt(rank);
  const report: LayerReport = {
    ...known,
    rank,
    energy: decomposition.energy,
    outputError,
    method: decomposition.method,
    macsAfter: layer.macsAt(rank),
    msBefore: times?.before ?? null,
    msAfter: times?.after ?? null,
    replaced,
    why,
  };
  return replaced ? { report, decomposition } : { report };
}
