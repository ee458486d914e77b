import { expectGraph, fuseGraph, type Graph, type MemorySchedule } from '@sepconv/graph';
import { byteLength } from '@sepconv/tensor';
import { costOf } from '../cost.js';
import { CostError } from '../errors.js';
import { type ActivationType, arenaOf, type MemoryMoment, timelineOf } from './arena.js';
import { depthwiseInPlace } from './in-place.js';
import { inPatches, type PatchedStage } from './patches.js';
import { scheduleOf } from './schedule.js';

/** Options of {@link peakMemory}. */
export interface PeakMemoryOptions {
  /** What runs in which order: an engine's, which `predictSchedule` of `@sepconv/kernels` tells. Default `graphSchedule` of the graph. */
  readonly schedule?: MemorySchedule;
  /**
   * The element type of activations and weights. Default `'float32'`; a network that computes with integers is counted with its own
   * types, whatever is asked for.
   */
  readonly type?: ActivationType;
  /** Whether depthwise convolutions overwrite their input. Default `false`. */
  readonly inPlaceDepthwise?: boolean;
  /** Runs the first stage in so many patches along height and along width. Default: in one. */
  readonly patches?: number;
  /** Whether the whole image stays in memory while patches are computed. Default `true`. */
  readonly keepInput?: boolean;
}

/** What a network needs in memory, and when. */
export interface PeakMemory {
  readonly type: ActivationType;
  /** The arena: all activations, inputs and outputs included, every buffer at its place. */
  readonly arenaBytes: number;
  /** The largest sum of live bytes at any step: no arena of these steps can be smaller. */
  readonly lowerBoundBytes: number;
  /** Weights and biases after BatchNorm is folded, apart from the arena; as int8, biases have 4 bytes. */
  readonly weightBytes: number;
  /** The step with most live bytes. */
  readonly peak: MemoryMoment;
  readonly timeline: readonly MemoryMoment[];
  /** The depthwise nodes that overwrite their input. */
  readonly inPlace: readonly string[];
  /** The first stage, where it runs in patches. */
  readonly patches?: PatchedStage;
}

/** Whether a network computes with integers: then its types say what every number takes. */
const hasIntegers = ({ inputs, parameters }: Graph): boolean =>
  [...inputs, ...parameters].some(({ dtype }) => dtype === 'int8' || dtype === 'uint8' || dtype === 'int32');

function weightBytesOf(graph: Graph, type: ActivationType): number {
  if (hasIntegers(graph)) return graph.parameters.reduce((sum, parameter) => sum + byteLength(parameter), 0);
  const { weights, folded } = costOf(graph).totals.params;
  return type === 'int8' ? weights + 4 * (folded - weights) : 4 * folded;
}

/**
 * Predicts the memory of a network under a schedule, without running it. With an engine's schedule, float32 or a network of
 * integers, and nothing switched on, `arenaBytes` is what a session of that engine allocates, to the byte.
 *
 * @throws {CostError} when patches are asked of an engine's schedule, or of a network that cannot be cut.
 * @throws {GraphError} when the graph contradicts itself.
 *
 * @example
 * const { arenaBytes, peak } = peakMemory(mobileNetV2(), { type: 'int8' });
 * peak.bytes; // 1404928, the 1372 kB of MCUNetV2's table
 */
export function peakMemory(graph: Graph, options: PeakMemoryOptions = {}): PeakMemory {
  expectGraph(graph);
  const { patches, keepInput = true } = options;
  const type = hasIntegers(graph) ? 'own' : (options.type ?? 'float32');
  if (patches !== undefined && options.schedule !== undefined) {
    throw new CostError("patches need the graph's own schedule: no engine runs its plan in patches");
  }
  const fused = fuseGraph(graph);
  let schedule = options.schedule ?? scheduleOf(fused);
  const patched =
    patches === undefined ? undefined : inPatches(fused, schedule, type, { grid: patches, keepInput });
  schedule = patched?.schedule ?? schedule;
  const inPlace = options.inPlaceDepthwise ? depthwiseInPlace(fused, schedule) : undefined;
  schedule = inPlace?.schedule ?? schedule;
  const arena = arenaOf(schedule, type);
  const timeline = timelineOf(schedule, type);
  const nothing: MemoryMoment = { step: -1, nodes: [], bytes: arena.bytes, live: [] };
  return {
    type,
    arenaBytes: arena.bytes,
    lowerBoundBytes: arena.lowerBound,
    weightBytes: weightBytesOf(graph, type),
    peak: timeline.reduce(
      (most, moment) => (moment.bytes > most.bytes ? moment : most),
      timeline[0] ?? nothing,
    ),
    timeline,
    inPlace: inPlace?.nodes ?? [],
    ...(patched === undefined ? {} : { patches: patched.stage }),
  };
}
