/** @file Everything that `sepconv cost` says about a network: what it costs, under which convention, and in which memory. */
import {
  type ConventionCost,
  type ConventionName,
  costOf,
  countUnder,
  type NetworkCost,
  type PeakMemory,
  type PeakMemoryOptions,
  peakMemory,
  type Rewritten,
} from '@sepconv/cost-model';
import type { LeftNode } from '@sepconv/formats';
import type { Graph, MemorySchedule } from '@sepconv/graph';
import { predictSchedule } from '@sepconv/kernels';
import { elementCount, formatShape, SepconvError } from '@sepconv/tensor';
import { UsageError } from './errors.js';

/** Whose plan the memory is predicted from. */
export type ScheduleOwner = 'engine' | 'graph';

/** A network's memory in both element types. */
export interface MemoryAnalysis {
  /** `engine` where the engine can run the network and nothing is switched on that it does not do. */
  readonly schedule: ScheduleOwner;
  readonly inPlaceDepthwise: boolean;
  readonly float32: PeakMemory;
  readonly int8: PeakMemory;
  /** Without what was switched on, to compare with. */
  readonly plainArenaBytes: { readonly float32: number; readonly int8: number };
}

/** One network, analysed. */
export interface CostAnalysis {
  readonly title: string;
  readonly graph: Graph;
  /** The inputs' shapes. */
  readonly inputs: string;
  readonly cost: NetworkCost;
  readonly counted: ConventionCost;
  readonly memory: MemoryAnalysis;
  /** What of the file could not be read and is not counted. */
  readonly left?: readonly LeftNode[];
  /** The network as it was before `--separable` or `--standard` rewrote it. */
  readonly rewrite?: {
    readonly to: 'separable' | 'standard';
    readonly replaced: Rewritten['replaced'];
    readonly before: NetworkCost;
  };
}

/** What is switched on. */
export interface AnalysisOptions {
  readonly convention: ConventionName;
  readonly inPlaceDepthwise?: boolean;
  readonly patches?: number;
  /** Whether the whole image stays in memory while patches are computed. Default `true`. */
  readonly keepInput?: boolean;
}

/** Numbers in parameters beyond which the engine could not hold them, and planning it would only take memory: 2 GB. */
const mostParameters = 2 ** 29;

/** The engine's schedule; `undefined` for a network that it cannot run, whose memory is then the graph's own. */
export function engineSchedule(graph: Graph): MemorySchedule | undefined {
  if (graph.parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0) > mostParameters)
    return undefined;
  try {
    return predictSchedule(graph);
  } catch (error) {
    if (error instanceof SepconvError) return undefined;
    throw error;
  }
}

function memoryOf(graph: Graph, options: AnalysisOptions): MemoryAnalysis {
  const { inPlaceDepthwise = false, patches, keepInput } = options;
  const isChanged = inPlaceDepthwise || patches !== undefined;
  const schedule = isChanged ? undefined : engineSchedule(graph);
  const common: PeakMemoryOptions = {
    ...(schedule === undefined ? {} : { schedule }),
    inPlaceDepthwise,
    ...(patches === undefined ? {} : { patches }),
    ...(keepInput === undefined ? {} : { keepInput }),
  };
  try {
    const [float32, int8] = [
      peakMemory(graph, { ...common, type: 'float32' }),
      peakMemory(graph, { ...common, type: 'int8' }),
    ];
    const plainArenaBytes = isChanged
      ? { float32: peakMemory(graph).arenaBytes, int8: peakMemory(graph, { type: 'int8' }).arenaBytes }
      : { float32: float32.arenaBytes, int8: int8.arenaBytes };
    const owner: ScheduleOwner = schedule === undefined ? 'graph' : 'engine';
    return { schedule: owner, inPlaceDepthwise, float32, int8, plainArenaBytes };
  } catch (error) {
    // The grid comes from the command line.
    if (error instanceof SepconvError && patches !== undefined)
      throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** Analyses one network. */
export function analyse(
  title: string,
  graph: Graph,
  options: AnalysisOptions,
  rewrite?: CostAnalysis['rewrite'],
): CostAnalysis {
  const cost = costOf(graph);
  return {
    title,
    graph,
    inputs: graph.inputs.map(({ shape }) => formatShape(shape)).join(' and '),
    cost,
    counted: countUnder(options.convention, cost),
    memory: memoryOf(graph, options),
    ...(rewrite === undefined ? {} : { rewrite }),
  };
}
