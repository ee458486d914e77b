/**
 * @file A network compiled ahead of time: one static module, the packed weights, and a loader without dependencies. For
 * places that forbid making code at run time, such as edge workers, and pages whose policy does.
 */
import type { Network } from '@sepconv/graph';
import { EngineError } from './errors.js';
import { loaderSource, loaderTypes } from './loader.js';
import { packPlan } from './pack/plan.js';
import { type EngineName, engines } from './plan/engine.js';
import { planNetwork } from './plan/plan.js';
import type { Fusion } from './plan/strips.js';
import { allocateBuffer, pagesOf } from './program/memory.js';
import { emitProgram } from './program/module.js';

/** Options of {@link emitStandalone}. */
export interface StandaloneOptions {
  /**
   * `'simd128'`, the default, runs on every engine with SIMD; `'relaxed'` needs relaxed SIMD where it is loaded. `wide` is
   * no choice here: it needs a flag of the process that loads it.
   */
  readonly engine?: Exclude<EngineName, 'wide'>;
  /** As in `compile`. */
  readonly fusion?: Fusion;
  /** The files' common name, `model` by default: letters, digits, `.`, `_` and `-`. */
  readonly name?: string;
}

/** The files of a network compiled ahead of time, by their names. */
export type StandaloneFiles = ReadonlyMap<string, Uint8Array | string>;

/**
 * Compiles a network to files: `NAME.wasm`, `NAME.weights`, `NAME.js` (an ES module that exports `createSession(module,
 * weights)` and `load()`) and `NAME.d.ts`. The results are the same bits as a session's on the same engine.
 *
 * @throws {GraphError} or {EngineError} as `compile` does, and for a name that is none.
 */
export function emitStandalone(network: Network, options: StandaloneOptions = {}): StandaloneFiles {
  const { engine = 'simd128', name = 'model' } = options;
  if (!/^[\w.-]+$/.test(name)) {
    throw new EngineError(`"${name}" cannot name files: use letters, digits, ".", "_" and "-"`);
  }
  if (!Object.hasOwn(engines, engine) || (engine as EngineName) === 'wide') {
    throw new EngineError(`a module made ahead of time runs on simd128 or relaxed, not on "${engine}"`);
  }
  const plan = planNetwork(network, engines[engine], options.fusion);
  const pages = pagesOf(plan.memoryBytes);
  const image = allocateBuffer(plan.weightsAddress + plan.weightBytes);
  packPlan(plan, network.weights, image);
  const description = {
    network: network.graph.name,
    name,
    pages,
    weightsAddress: plan.weightsAddress,
    weightBytes: plan.weightBytes,
    inputs: plan.inputs,
    outputs: plan.outputs,
  };
  return new Map<string, Uint8Array | string>([
    [`${name}.wasm`, emitProgram(plan)],
    [`${name}.weights`, new Uint8Array(image, plan.weightsAddress)],
    [`${name}.js`, loaderSource(description)],
    [`${name}.d.ts`, loaderTypes(description)],
  ]);
}
