export {
  type Convention,
  type ConventionCost,
  type ConventionCounts,
  type ConventionDefinitions,
  type ConventionName,
  conventionNames,
  conventions,
  countUnder,
  isConventionName,
} from './conventions.js';
export { costOf } from './cost.js';
export { CostError } from './errors.js';
export type { ActivationType, LiveTensor, MemoryMoment } from './memory/arena.js';
export type { PatchedStage } from './memory/patches.js';
export { type PeakMemory, type PeakMemoryOptions, peakMemory } from './memory/peak-memory.js';
export { graphSchedule } from './memory/schedule.js';
export { paretoFront, type Rated } from './pareto.js';
export { type PassCost, passesOf } from './passes.js';
export {
  type Account,
  type BreakEven,
  type Formula,
  type SeparableAccount,
  type SeparableLayer,
  type SeparableRatio,
  separableAccount,
} from './separable-account.js';
export {
  fitLatency,
  type KernelWork,
  type LatencyModel,
  type Observation,
  predictLatency,
} from './time/latency.js';
export { type Machine, type MemoryLevel, parseMachine } from './time/machine.js';
export {
  attainableFlops,
  type Bound,
  bandwidthFor,
  type Roofline,
  roofline,
  type Work,
} from './time/roofline.js';
export {
  type BlockCost,
  type CostCounts,
  type GroupCost,
  type LayerCost,
  type LayerType,
  layerTypes,
  type NetworkCost,
  type ParamCounts,
  type TypeShare,
} from './types.js';
export type { Replacement, Rewritten } from './what-if/edit.js';
export { toSeparable } from './what-if/to-separable.js';
export { toStandard } from './what-if/to-standard.js';
