export type { EngineChoice } from './engines/choose.js';
export { EngineError } from './errors.js';
export { explain, type StepExplanation } from './explain.js';
export type { EngineName } from './plan/engine.js';
export type { MemorySchedule, MemoryStep } from './plan/memory-schedule.js';
export type { Plan, Step } from './plan/plan.js';
export type { Fusion } from './plan/schedule.js';
export { type CompileOptions, compile, type Session, type SessionStep } from './session.js';
export { emitStandalone, type StandaloneFiles, type StandaloneOptions } from './standalone.js';
