import type { Graph, Network, Weights } from '@sepconv/graph';
import {
  checkElements,
  createTensor,
  elementCount,
  formatShape,
  sameQuantization,
  sameShape,
  type Tensor,
  viewTypedArray,
} from '@sepconv/tensor';
import { chooseEngine, type EngineChoice } from './engines/choose.js';
import { EngineError } from './errors.js';
import { type Instance, instantiatePlan } from './instantiate.js';
import { type EngineName, engines } from './plan/engine.js';
import { type PlacedValue, type Plan, planNetwork } from './plan/plan.js';
import type { FusedGroups, Fusion, FusionLimits } from './plan/schedule.js';
import { tuneFusion } from './tune.js';

/** Options of {@link compile}. */
export interface CompileOptions {
  /** Which engine runs; `'auto'`, the default, takes the fastest that passes its self-check here. */
  readonly engine?: EngineName | 'auto';
  /**
   * Whether `'auto'` may turn on a flag of V8 for the whole process, which the engine `wide` needs. Default `false`; has no
   * effect outside Node 24 or later.
   */
  readonly allowProcessFlags?: boolean;
  /**
   * Whether a depthwise convolution runs in strips together with the pointwise ones around it: `'auto'`, the default, where
   * that is estimated to be faster; `'tune'` where it is measured to be faster here, which takes a moment; `'on'` wherever it
   * can; `'off'` never. The results are the same bits.
   */
  readonly fusion?: Fusion | 'tune';
}

/** A step of a session, for whoever runs or measures steps one by one. */
export interface SessionStep {
  readonly nodes: readonly string[];
  readonly kernel: string;
  /** Independent units of work. */
  readonly units: number;
  /**
   * Runs the units from `first` to before `end`.
   *
   * @throws {EngineError} when these are no whole numbers from 0 to `units`, or the session is disposed.
   */
  run(first: number, end: number): void;
}

/** A compiled network with its memory. */
export interface Session {
  readonly engine: EngineChoice;
  readonly plan: Plan;
  /** The inputs as views into the session's memory, typed as the network takes them; a run may overwrite them. */
  readonly inputs: ReadonlyMap<string, Tensor>;
  /**
   * The outputs as views into the session's memory, valid until the next run. Quantized ones know what their integers stand
   * for: `toFloat32` gives the real numbers.
   */
  readonly outputs: ReadonlyMap<string, Tensor>;
  readonly steps: readonly SessionStep[];
  /**
   * Runs the network on inputs in the graph's order, and returns the first output: a view that the next run overwrites.
   * Without arguments it runs on what lies in `inputs`.
   *
   * @throws {EngineError} when an input's shape or type is not the network's, or the session is disposed.
   * @throws {TensorError} when an input's array has more or fewer elements than its shape. Nothing was copied then.
   */
  run(...inputs: readonly Tensor[]): Tensor;
  /** Frees the memory; the session cannot run again. */
  dispose(): void;
}

function viewsOf(values: readonly PlacedValue[], memory: ArrayBuffer): Map<string, Tensor> {
  return new Map(
    values.map(({ name, shape, dtype, quantization, address }) => {
      const data = viewTypedArray(dtype, memory, address, elementCount(shape));
      return [name, createTensor(dtype, shape, data as never, quantization) as Tensor];
    }),
  );
}

function copyInputs(views: ReadonlyMap<string, Tensor>, tensors: readonly Tensor[]): void {
  if (tensors.length !== views.size) {
    throw new EngineError(
      `the network has ${views.size} inputs (${[...views.keys()].join(', ')}), but was given ${tensors.length}`,
    );
  }
  const pairs = [...views].map(([name, view], index) => [name, view, tensors[index] as Tensor] as const);
  // Nothing is copied before all of them are known to fit.
  for (const [name, view, tensor] of pairs) checkInput(view, name, tensor);
  for (const [, view, tensor] of pairs) if (tensor.data !== view.data) view.data.set(tensor.data);
}

function checkInput(view: Tensor, name: string, tensor: Tensor): void {
  if (tensor.dtype !== view.dtype || !sameShape(tensor.shape, view.shape)) {
    throw new EngineError(
      `the input "${name}" must be ${view.dtype} ${formatShape(view.shape)}, but is ${tensor.dtype} ${formatShape(tensor.shape)}`,
    );
  }
  checkElements(tensor, `the input "${name}"`);
  if (tensor.quantization !== undefined && !sameQuantization(tensor.quantization, view.quantization)) {
    throw new EngineError(
      `the input "${name}" has another scale or zero point than the network's: quantize it as the network does, or give its integers alone`,
    );
  }
}

/** Other ranges would read and write beyond the step's values. */
function checkUnits(nodes: readonly string[], units: number, first: number, end: number): void {
  if (Number.isInteger(first) && Number.isInteger(end) && 0 <= first && first <= end && end <= units) return;
  throw new EngineError(
    `the step of ${nodes.map((node) => `"${node}"`).join(', ')} has the units 0 to ${units}, but was asked for ${first} to ${end}: give two whole numbers in this range, the lesser one first`,
  );
}

/**
 * Compiles a network to WebAssembly specialized to its shapes, and packs its weights.
 *
 * @throws {GraphError} when the network contradicts itself.
 * @throws {EngineError} when it cannot run in this engine.
 *
 * @example
 * const session = await compile(graph, weights);
 * const probabilities = session.run(image);
 */
export async function compile(
  graph: Graph,
  weights: Weights,
  options: CompileOptions = {},
): Promise<Session> {
  const engine = await chooseEngine(options.engine ?? 'auto', options.allowProcessFlags ?? false);
  const network = { graph, weights };
  const fusion = options.fusion === 'tune' ? await tuneFusion(network, engines[engine.name]) : options.fusion;
  return compileFor(engine, network, fusion);
}

/** As {@link compile}, for a chosen engine; `limits` say where `'auto'` fuses and how strips are cut. */
export async function compileFor(
  engine: EngineChoice,
  network: Network,
  fusion?: Fusion | FusedGroups,
  limits?: FusionLimits,
): Promise<Session> {
  return compilePlan(engine, planNetwork(network, engines[engine.name], fusion, limits));
}

/** The last half of {@link compileFor}: a session of a plan for this engine. */
export async function compilePlan(engine: EngineChoice, plan: Plan): Promise<Session> {
  return createSession(engine, plan, await instantiatePlan(plan));
}

function createSession(engine: EngineChoice, plan: Plan, instance: Instance): Session {
  let alive: Instance | undefined = instance;
  const inputs = viewsOf(plan.inputs, instance.memory);
  const outputs = viewsOf(plan.outputs, instance.memory);
  const [firstOutput] = outputs.values();
  const expectAlive = (): Instance => {
    if (alive === undefined) throw new EngineError('this session is disposed: compile the network again');
    return alive;
  };
  return {
    engine,
    plan,
    inputs,
    outputs,
    steps: plan.steps.map(({ nodes, kernel, units }, index) => ({
      nodes,
      kernel: kernel.name,
      units,
      run: (first, end) => {
        const { steps } = expectAlive();
        checkUnits(nodes, units, first, end);
        steps[index]?.(first, end);
      },
    })),
    run: (...tensors) => {
      const { run } = expectAlive();
      if (tensors.length > 0) copyInputs(inputs, tensors);
      run();
      return firstOutput as Tensor;
    },
    dispose: () => {
      alive = undefined;
      inputs.clear();
      outputs.clear();
    },
  };
}
