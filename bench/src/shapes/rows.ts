/** @file From samples to rows: times, fractions of the ceiling, and which of them are too low. */
import { noisySpread, spread } from '../harness/statistics.ts';
import { type Layer, termsOf } from './layer.ts';
import { type MeasuredNeighbour, type NeighbourRatio, neighbourRatios } from './neighbours.ts';
import type { Samples } from './shape-worker.ts';
import { describeLayer } from './table-file.ts';

/** A layer on an engine. */
export interface ShapeRow {
  readonly table: string;
  readonly layer: string;
  /** In the notation of the tables. */
  readonly shape: string;
  readonly op: Layer['op'];
  readonly type: Layer['type'];
  readonly engine: string;
  readonly kernels: string;
  readonly macs: number;
  /** Input, weights and output once each. */
  readonly bytes: number;
  /** The fastest sample. */
  readonly ms: number;
  readonly gflops: number;
  /** The engine's arithmetic in GFLOP/s, or with integers in GOP/s: the fastest sample of the whole run. */
  readonly arithmetic: number;
  /** A copy with this working set, in GB/s: the fastest sample beside this layer. */
  readonly bandwidth: number;
  /** What the time could be: the longer of computing at the one and moving bytes at the other. */
  readonly ceilingMs: number;
  readonly limitedBy: 'arithmetic' | 'memory';
  /** Of the ceiling, 1 being all of it. */
  readonly fraction: number;
  /** The least that is asked of this row, if anything is. */
  readonly wanted?: number;
  readonly noisy: boolean;
  /** How much slower its multiply-adds are than those of the same layer with a few channels less. */
  readonly neighbours: readonly NeighbourRatio[];
  /** The largest difference from the reference over the error bound. */
  readonly errorOverBound: number;
}

/** Tables whose pointwise layers must come near their ceiling. */
const pointwiseTables: readonly string[] = ['mobilenet-v1', 'mobilenet-v2'];

/** The least fractions that issues 3 and 14 ask for. */
const wantedOf = {
  float32: { depthwise: 0.5, pointwise: 0.8 },
  int8: { depthwise: 0.5, pointwise: 0.75 },
} as const;
const leastChannels = 16;
const leastImageBytes = 4096;

/** The fraction of the ceiling that a layer must reach, or `undefined` when nothing is promised for it. */
export function wantedFraction(table: string, { op, input, type }: Layer): number | undefined {
  const channels = input.at(-1) as number;
  const imageBytes = 4 * input.slice(1).reduce((product, size) => product * size, 1);
  if (op === 'depthwise-conv2d' && channels >= leastChannels && imageBytes >= leastImageBytes) {
    return wantedOf[type].depthwise;
  }
  return op === 'pointwise-conv2d' && pointwiseTables.includes(table) ? wantedOf[type].pointwise : undefined;
}

/** What is known of a layer on an engine. */
export interface Measured {
  readonly table: string;
  readonly layer: Layer;
  readonly engine: string;
  readonly kernels: string;
  readonly outputElements: number;
  readonly bytes: number;
  readonly errorOverBound: number;
  readonly samples: Samples;
  readonly neighbours: readonly MeasuredNeighbour[];
}

/** Whose arithmetic it is: an engine's with real numbers, or with integers. */
const peakOf = ({ engine, layer }: Measured): string => `${engine} ${layer.type}`;

/** The fastest arithmetic of each engine: it is one number for a machine, so the best of all samples is the truest. */
function peaksOf(measured: readonly Measured[]): ReadonlyMap<string, number> {
  const peaks = new Map<string, number>();
  for (const each of measured) {
    const key = peakOf(each);
    peaks.set(key, Math.max(peaks.get(key) ?? 0, ...each.samples.arithmetic));
  }
  return peaks;
}

function rowOf(measured: Measured, arithmetic: number): ShapeRow {
  const { layer, outputElements, samples, neighbours, ...known } = measured;
  const macs = outputElements * termsOf(layer);
  const ms = Math.min(...samples.runMs);
  const bandwidth = Math.max(...samples.bandwidth);
  const arithmeticMs = (2 * macs) / arithmetic / 1e6;
  const memoryMs = known.bytes / bandwidth / 1e6;
  const ceilingMs = Math.max(arithmeticMs, memoryMs);
  const wanted = wantedFraction(known.table, layer);
  return {
    ...known,
    layer: layer.name,
    shape: describeLayer(layer),
    op: layer.op,
    type: layer.type,
    macs,
    ms,
    gflops: (2 * macs) / ms / 1e6,
    arithmetic,
    bandwidth,
    ceilingMs,
    limitedBy: arithmeticMs >= memoryMs ? 'arithmetic' : 'memory',
    fraction: ceilingMs / ms,
    ...(wanted === undefined ? {} : { wanted }),
    noisy: spread(samples.runMs) > noisySpread,
    neighbours: neighbourRatios({ layer, outputElements, runMs: samples.runMs, neighbours }),
  };
}

/** The rows of a run. The best of each quantity counts: what the machine does undisturbed. */
export function rowsOf(measured: readonly Measured[]): ShapeRow[] {
  const peaks = peaksOf(measured);
  return measured.map((each) => rowOf(each, peaks.get(peakOf(each)) as number));
}

/** Rows below what is asked of them, the worst first. */
export function shortfalls(rows: readonly ShapeRow[]): ShapeRow[] {
  return rows
    .filter(({ fraction, wanted }) => wanted !== undefined && fraction < wanted)
    .sort((a, b) => a.fraction - b.fraction);
}

/** How often a layer's multiply-adds may take the time of its neighbours': a depthwise one of a network, by issue 13. */
export const mostOfNeighbour = 1.35;

/** The neighbour that a layer does worst beside, if it has any. */
export const worstNeighbour = ({ neighbours }: ShapeRow): NeighbourRatio | undefined =>
  neighbours.reduce<NeighbourRatio | undefined>(
    (worst, each) => (worst === undefined || each.ratio > worst.ratio ? each : worst),
    undefined,
  );

/** Depthwise layers that stand on a cliff: slower than a neighbour by more than {@link mostOfNeighbour}, the worst first. */
export function cliffs(rows: readonly ShapeRow[]): ShapeRow[] {
  const ratioOf = (row: ShapeRow): number => worstNeighbour(row)?.ratio ?? 0;
  return rows
    .filter((row) => row.op === 'depthwise-conv2d' && ratioOf(row) > mostOfNeighbour)
    .sort((a, b) => ratioOf(b) - ratioOf(a));
}
