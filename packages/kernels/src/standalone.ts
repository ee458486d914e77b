/**
 * @file A network compiled ahead of time: one static module, the packed weights, and a loader without dependencies. For
 * places that forbid making code at run time, such as edge workers, and pages whose policy does.
 */
import type { Network } from '@sepconv/graph';
import { EngineError } from './errors.js';
import { loaderSource, loaderTypes } from './loader.js';
import { compactWeights } from './pack/compact.js';
import { packPlan } from './pack/plan.js';
import { applyChoices } from './plan/apply-choices.js';
import { type Choices, readChoices } from './plan/choices.js';
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
  /** What a session's `tune` has found, on the machine that is to run the files best; the results are the same bits. */
  readonly choices?: Choices;
  /** The files' common name, `model` by default: letters, digits, `.`, `_` and `-`. */
  readonly name?: string;
}

/** The files of a network compiled ahead of time, by their names. */
export type StandaloneFiles = ReadonlyMap<string, Uint8Array | string>;

/**
 * Compiles a network to files: `NAME.wasm`, `NAME.weights`, `NAME.js` (an ES module that exports `createSession(module,
 * weights)` and `load()`) and `NAME.d.ts`. The results are the same bits as a session's on the same engine. Weights that come from int8,
 * uint8 or float16 are stored as that, in a quarter or half of the bytes, where they come out the same to the bit.
 *
 * @throws {GraphError} or {EngineError} as `compile` does, damaged choices included, and for a name that is none.
 */
export function emitStandalone(network: Network, options: StandaloneOptions = {}): StandaloneFiles {
  const { engine = 'simd128', name = 'model' } = options;
  if (!/^[\w.-]+$/.test(name)) {
    throw new EngineError(`"${name}" cannot name files: use letters, digits, ".", "_" and "-"`);
  }
  if (!Object.hasOwn(engines, engine) || (engine as EngineName) === 'wide') {
    throw new EngineError(`a module made ahead of time runs on simd128 or relaxed, not on "${engine}"`);
  }
  const given = options.choices === undefined ? undefined : readChoices(options.choices);
  const applied = applyChoices(engines[engine], given);
  const plan = planNetwork(network, applied.engine, options.fusion ?? applied.fused);
  const pages = pagesOf(plan.memoryBytes);
  const image = allocateBuffer(plan.weightsAddress + plan.weightBytes);
  packPlan(plan, network.weights, image);
  const weights = compactWeights(plan, image);
  const description = {
    network: network.graph.name,
    name,
    pages,
    weightsAddress: plan.weightsAddress,
    fileBytes: weights.length,
    inputs: plan.inputs,
    outputs: plan.outputs,
  };
  return new Map<string, Uint8Array | string>([
    [`${name}.wasm`, emitProgram(plan)],
    [`${name}.weights`, weights],
    [`${name}.js`, loaderSource(description)],
    [`${name}.d.ts`, loaderTypes(description)],
  ]);
}
