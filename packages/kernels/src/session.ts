import type { Graph, Weights } from '@sepconv/graph';
import { createTensor, elementCount, formatShape, sameShape, type Tensor } from '@sepconv/tensor';
import { emitNetwork, pageBytes } from './emit/network.js';
import { EngineError } from './errors.js';
import { type EngineName, engines } from './plan/engine.js';
import { type PlacedValue, type Plan, planNetwork } from './plan/plan.js';

/** Options of {@link compile}. */
export interface CompileOptions {
  /** Which engine runs; `'auto'`, the default, takes the fastest that works here. */
  readonly engine?: EngineName | 'auto';
}

/** Which engine runs, and why. */
export interface EngineChoice {
  readonly name: EngineName;
  readonly reason: string;
}

/** A step of a session, for whoever runs or measures steps one by one. */
export interface SessionStep {
  readonly nodes: readonly string[];
  readonly kernel: string;
  /** Independent units of work. */
  readonly units: number;
  /** Runs the units from `first` to before `end`. */
  run(first: number, end: number): void;
}

/** A compiled network with its memory. */
export interface Session {
  readonly engine: EngineChoice;
  readonly plan: Plan;
  /** The inputs as views into the session's memory; a run may overwrite them. */
  readonly inputs: ReadonlyMap<string, Tensor<'float32'>>;
  /** The outputs as views into the session's memory; valid until the next run. */
  readonly outputs: ReadonlyMap<string, Tensor<'float32'>>;
  readonly steps: readonly SessionStep[];
  /**
   * Runs the network on inputs in the graph's order, and returns the first output: a view that the next run overwrites.
   * Without arguments it runs on what lies in `inputs`.
   *
   * @throws {EngineError} when an input's shape or type is not the network's, or the session is disposed.
   */
  run(...inputs: readonly Tensor[]): Tensor<'float32'>;
  /** Frees the memory; the session cannot run again. */
  dispose(): void;
}

function packWeights(plan: Plan, memory: ArrayBuffer): void {
  for (const { operands, addresses } of plan.steps) {
    operands.forEach((operand, index) => {
      if (operand.kind === 'weights')
        operand.fill(new Float32Array(memory, addresses[index], operand.length));
    });
  }
}

function viewsOf(values: readonly PlacedValue[], memory: ArrayBuffer): Map<string, Tensor<'float32'>> {
  return new Map(
    values.map(({ name, shape, address }) => [
      name,
      createTensor('float32', shape, new Float32Array(memory, address, elementCount(shape))),
    ]),
  );
}

function copyInput(view: Tensor<'float32'>, name: string, tensor: Tensor | undefined): void {
  if (tensor === undefined) throw new EngineError(`the input "${name}" is missing`);
  if (tensor.dtype !== 'float32' || !sameShape(tensor.shape, view.shape)) {
    throw new EngineError(
      `the input "${name}" must be float32 ${formatShape(view.shape)}, but is ${tensor.dtype} ${formatShape(tensor.shape)}`,
    );
  }
  if (tensor.data !== view.data) view.data.set(tensor.data);
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
  const requested = options.engine ?? 'auto';
  const name = requested === 'auto' ? 'simd128' : requested;
  const plan = planNetwork({ graph, weights }, engines[name]);
  const pages = Math.ceil(plan.memoryBytes / pageBytes);
  let memory: WebAssembly.Memory | undefined = new WebAssembly.Memory({ initial: pages, maximum: pages });
  packWeights(plan, memory.buffer);
  const { instance } = await WebAssembly.instantiate(emitNetwork(plan), { environment: { memory } });
  const exports = instance.exports as Record<string, (first?: number, end?: number) => void>;
  const inputs = viewsOf(plan.inputs, memory.buffer);
  const outputs = viewsOf(plan.outputs, memory.buffer);
  const [first] = outputs.values();
  return {
    engine: { name, reason: requested },
    plan,
    inputs,
    outputs,
    steps: plan.steps.map(({ nodes, kernel, units }, index) => ({
      nodes,
      kernel: kernel.name,
      units,
      run: exports[`step${index}`] as (first?: number, end?: number) => void,
    })),
    run: (...tensors) => {
      if (memory === undefined) throw new EngineError('this session is disposed: compile the network again');
      if (tensors.length > 0) {
        let index = 0;
        for (const [inputName, view] of inputs) copyInput(view, inputName, tensors[index++]);
      }
      (exports.run as () => void)();
      return first as Tensor<'float32'>;
    },
    dispose: () => {
      memory = undefined;
    },
  };
}
