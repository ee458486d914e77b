/** @file What became of each layer, and of the network. */
import type { Network, StoredAs } from '@sepconv/graph';
import { byteLength } from '@sepconv/tensor';
import {
  dequantizeWeight,
  type Granularity,
  type Interval,
  type LayerArithmetic,
  type QuantizationPlan,
} from '@sepconv/train/quantization';
import { type Agreement, decibels } from './agreement.js';
import type { IntegerWeights } from './convert/integer-layers.js';
import type { Ranges } from './storage.js';

/** A layer's weights. */
export interface WeightReport {
  readonly granularity: Granularity;
  /** The least and the largest scale of its channels. */
  readonly scale: Interval;
  /** Signal to quantization noise in decibels. */
  readonly sqnr: number;
}

/** What became of a layer: a node, with the clamp behind it that it does itself. */
export interface LayerReport {
  /** The value that it gives. */
  readonly name: string;
  readonly op: string;
  readonly arithmetic: LayerArithmetic;
  /** Why it stays with real numbers; `null` where it does not. */
  readonly why: string | null;
  readonly weights: WeightReport | null;
  /** From where to where its results went over the samples; `null` where nobody looked. */
  readonly observed: Interval | null;
  /** How its result is stored; `null` where that is real numbers. */
  readonly stored: Pick<StoredAs, 'dtype' | 'scale' | 'zeroPoint'> | null;
  /** Signal to quantization noise of its result in the whole quantized network, in decibels; `null` where that was not asked for. */
  readonly sqnr: number | null;
  /** The error of the network's outputs when this layer alone is quantized; `null` where that was not asked for. */
  readonly sensitivity: number | null;
}

/** What became of the network. */
export interface QuantizeReport {
  readonly layers: readonly LayerReport[];
  /** Layers by what they are computed with. */
  readonly counts: Readonly<Record<LayerArithmetic, number>>;
  /** Bytes of all parameters. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** What the ranges were learnt from: samples, inputs drawn at random, or a training that all of them were known of. */
  readonly calibration: { readonly from: 'samples' | 'drawn' | 'training'; readonly count: number };
  /** How alike both networks answer, and on what: samples that no range was learnt from, those of the calibration, or drawn ones. */
  readonly agreement: Agreement;
  readonly agreementOn: 'held-back' | 'calibration' | 'drawn';
  /** What was done besides rounding, one sentence each. */
  readonly steps: readonly string[];
}

const bytesOf = ({ graph }: Network): number =>
  graph.parameters.reduce((sum, parameter) => sum + byteLength(parameter), 0);

function weightReport({ weight, channels, quantized }: IntegerWeights): WeightReport {
  const rounded = dequantizeWeight(quantized, channels);
  let [signal, noise] = [0, 0];
  weight.forEach((value, i) => {
    signal += value ** 2;
    noise += (value - (rounded[i] as number)) ** 2;
  });
  const { scale } = quantized;
  return {
    granularity: scale.length > 1 ? 'channel' : 'tensor',
    scale: { min: Math.min(...scale), max: Math.max(...scale) },
    sqnr: decibels(signal, noise),
  };
}

/** All that a report of layers is made of. */
export interface ReportedLayers {
  readonly plan: QuantizationPlan;
  readonly ranges: Ranges;
  readonly storage: ReadonlyMap<string, StoredAs>;
  readonly weights: ReadonlyMap<string, IntegerWeights>;
  readonly noise: ReadonlyMap<string, number>;
  readonly sensitivity: ReadonlyMap<string, number>;
}

/** What became of each layer. */
export function layerReports(parts: ReportedLayers): LayerReport[] {
  const { plan, ranges, storage, weights, noise, sensitivity } = parts;
  return plan.layers.map(({ node, output, arithmetic, why }) => {
    const own = weights.get(output);
    const as = arithmetic === 'float' ? undefined : storage.get(output);
    return {
      name: output,
      op: node.op,
      arithmetic,
      why: why ?? null,
      weights: own === undefined ? null : weightReport(own),
      observed: ranges.ranges.get(ranges.classes.get(output) as string)?.observed ?? null,
      stored: as === undefined ? null : { dtype: as.dtype, scale: as.scale, zeroPoint: as.zeroPoint },
      sqnr: noise.get(output) ?? null,
      sensitivity: sensitivity.get(output) ?? null,
    };
  });
}

/** The numbers of the whole network. */
export function networkCounts(
  before: Network,
  after: Network,
  { layers }: QuantizationPlan,
): Pick<QuantizeReport, 'counts' | 'bytesBefore' | 'bytesAfter'> {
  const count = (wanted: LayerArithmetic): number =>
    layers.filter(({ arithmetic }) => arithmetic === wanted).length;
  return {
    counts: { integer: count('integer'), moved: count('moved'), float: count('float') },
    bytesBefore: bytesOf(before),
    bytesAfter: bytesOf(after),
  };
}
