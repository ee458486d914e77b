import type { Graph } from '@sepconv/graph';
import { zeros } from '@sepconv/tensor';
import { type EngineName, engines } from './plan/engine.js';
import type { MemorySchedule } from './plan/memory-schedule.js';
import { planNetwork } from './plan/plan.js';
import type { Fusion } from './plan/schedule.js';

/** Options of {@link predictSchedule}. */
export interface PredictScheduleOptions {
  /** Default `'relaxed'`; the memory is the same for all of them. */
  readonly engine?: EngineName;
  /** As in `compile`. Default `'auto'`. */
  readonly fusion?: Fusion;
}

/**
 * What a session of this network would run and read and write, without weights and without compiling anything: the
 * `schedule` of its plan, from which `peakMemory` of `@sepconv/cost-model` predicts its arena to the byte.
 *
 * @throws {GraphError} when the network contradicts itself.
 * @throws {EngineError} when it could not run in this engine.
 */
export function predictSchedule(
  graph: Graph,
  { engine = 'relaxed', fusion = 'auto' }: PredictScheduleOptions = {},
): MemorySchedule {
  // Which kernels run depends on types alone, so zeros do for weights; variances of 0 fold into NaN, which nobody reads.
  const weights = new Map(graph.parameters.map(({ name, shape, dtype }) => [name, zeros(dtype, shape)]));
  return planNetwork({ graph, weights }, engines[engine], fusion).schedule;
}
