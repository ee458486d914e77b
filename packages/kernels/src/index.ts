export { type CompileFastestOptions, compileFastest, type FastestSession } from './compile-fastest.js';
export type { ChosenEngine } from './engines/choose.js';
export { EngineError } from './errors.js';
export { explain, type StepExplanation } from './explain.js';
export type { Choices, DepthwiseBlock, ProductBlock } from './plan/choices.js';
export { type EngineName, engineNames } from './plan/engine.js';
export type { CacheSizes, Machine } from './plan/machine.js';
export type { Fusion } from './plan/strips.js';
export { type PredictScheduleOptions, predictSchedule } from './predict-schedule.js';
export {
  type CompileOptions,
  compile,
  type Session,
  type SessionEngine,
  type SessionMemory,
  type Step,
} from './session.js';
export type { Effort, Tuning } from './tune/tune-network.js';
