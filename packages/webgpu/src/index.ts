export { type Adapter, findAdapter, requestDevice } from './device.js';
export { GpuError } from './errors.js';
export { type Choice, type FastestOptions, fastest, type KeptChoice } from './fastest.js';
export type { GpuInput } from './inputs.js';
export type { GpuPicture, PerColour } from './pictures.js';
export type { CompileProgress } from './pipelines.js';
export type { GpuCosts, GpuStep } from './prepare.js';
export { compile, type GpuOptions, type GpuRange, type GpuRun, type GpuSession } from './session.js';
