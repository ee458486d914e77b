/**
 * @file The assembler and the engines' descriptions of @sepconv/kernels, from its sources: they are no entry of the
 * package, since nobody else should build on them, and the ceilings must be made of the same instructions as the kernels.
 */
export { multiplyAdd } from '../../../packages/kernels/src/emit/arithmetic.ts';
export { type Engine, type EngineName, engines } from '../../../packages/kernels/src/plan/engine.ts';
export type { Code } from '../../../packages/kernels/src/wasm/code.ts';
export { FunctionBuilder } from '../../../packages/kernels/src/wasm/function.ts';
export {
  brIf,
  get,
  i32,
  type Local,
  loop,
  set,
  tee,
  v128,
} from '../../../packages/kernels/src/wasm/instructions.ts';
export { ModuleBuilder } from '../../../packages/kernels/src/wasm/module.ts';
