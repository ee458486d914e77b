export { EngineError } from './errors.js';
export type { EngineName } from './plan/engine.js';
export type { Plan } from './plan/plan.js';
export {
  type CompileOptions,
  compile,
  type EngineChoice,
  type Session,
  type SessionStep,
} from './session.js';
