/**
 * @file The parts that the engine is made of, for packages that build kernels of their own: the assembler, the planners
 * and emitters of single kernels, and the choice of an engine. `@sepconv/train` computes gradients with them. Not for
 * applications: what is here may change in any release.
 */
export { advance } from './emit/address.js';
export { multiplyAdd, sigmoid } from './emit/arithmetic.js';
export type { EmittedFunction } from './emit/elementwise.js';
export { forEachVector } from './emit/flat-loop.js';
export { emitKernel } from './emit/kernel.js';
export { lanesOf, storeLanes } from './emit/store.js';
export { chooseEngine } from './engines/choose.js';
export { type FusionDecision, fusionDecisions } from './fusion-decisions.js';
export { type LayerWeights, packDepthwise, packProduct } from './pack/panels.js';
export { planChannelwise } from './plan/batch-norm.js';
export { readChoices } from './plan/choices.js';
export { paddedShape, planPad } from './plan/copy.js';
export {
  depthwisePanels,
  depthwiseUnits,
  packedDepthwiseLength,
  planDepthwise,
  planUnstagedDepthwise,
} from './plan/depthwise-conv2d.js';
export { binaryUnits, flatUnit, planBinary, planUnary } from './plan/elementwise.js';
export { type Engine, engines } from './plan/engine.js';
export { type GemmShape, gemmUnits, packedLength, panelsOf, planGemm } from './plan/gemm.js';
export type { Kernel } from './plan/kernel.js';
export { type KernelCode, keyOfCode, splitKernel } from './plan/kernel-code.js';
export { macsOf } from './plan/macs.js';
export { type Phase, phaseReach, phasesAlong } from './plan/phases.js';
export { type Plan, planGraph, planNetwork } from './plan/plan.js';
export { planGlobalPool } from './plan/pool.js';
export { balanced, floatBytes, lanes } from './plan/sizes.js';
export type { Fusion, FusionLimits } from './plan/strips.js';
export { microsecondsOf, threadsFor } from './plan/threads.js';
export { generate } from './program/generate.js';
export { bindSteps, memoryFor, type RunUnits } from './program/instance.js';
export { allocateMemory } from './program/memory.js';
export { emitKernels, emitProgram, type KernelEmitter } from './program/module.js';
export { type Buffer, placeBuffers, type Use } from './program/placement.js';
export type { Program } from './program/program.js';
export { compileFor, compilePlan, compilePlanned, type PlannedSession } from './session.js';
export { expectThreads, loadThreads, type PoolMember } from './threads/load.js';
export { type SharedStep, sharedSteps } from './threads/shared-steps.js';
export type { Code } from './wasm/code.js';
export { FunctionBuilder } from './wasm/function.js';
export {
  block,
  brIf,
  f32x4,
  get,
  i32,
  i32x4,
  ifElse,
  type Local,
  loop,
  select,
  set,
  tee,
  v128,
} from './wasm/instructions.js';
export { ModuleBuilder } from './wasm/module.js';
