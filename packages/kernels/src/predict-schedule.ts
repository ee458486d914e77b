import { expectGraph, type Graph, type MemorySchedule } from '@sepconv/graph';
import { EngineError } from './errors.js';
import { type EngineName, engines } from './plan/engine.js';
import { planGraph } from './plan/plan.js';
import type { Fusion } from './plan/strips.js';

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
  expectGraph(graph);
  if (!Object.hasOwn(engines, engine)) {
    throw new EngineError(
      `the engine "${String(engine)}" is unknown; there are ${Object.keys(engines).join(', ')}`,
    );
  }
  return planGraph(graph, engines[engine], fusion).schedule;
}
