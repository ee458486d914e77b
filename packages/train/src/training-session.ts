import { expandSeparable, expectNetwork, type Graph, type Network, validateNetwork } from '@sepconv/graph';
import type { ChosenEngine, EngineName } from '@sepconv/kernels';
import {
  allocateMemory,
  chooseEngine,
  emitKernels,
  engines,
  expectThreads,
  generate,
  loadThreads,
  memoryFor,
  type PoolMember,
  type SharedStep,
  sharedSteps,
} from '@sepconv/kernels/toolkit';
import { createTensor, type Tensor } from '@sepconv/tensor';
import { emitTrainingKernel } from './emit/kernel.js';
import { TrainError } from './errors.js';
import { expectOptions } from './place.js';
import { planTraining, type TrainingPlan } from './plan/plan.js';
import type { NormMode } from './plan/planned-node.js';
import type { ValueRounding } from './plan/rounding.js';
import type { Buffer } from './plan/step-list.js';

/** Options of {@link compileTraining}. */
export interface TrainingOptions {
  /** Which engine runs; `'auto'`, the default, takes the fastest that passes its self-check here. */
  readonly engine?: EngineName | 'auto';
  /** Whether `'auto'` may turn on a flag of V8 for the whole process, which the engine `wide` needs. Default `false`. */
  readonly allowProcessFlags?: boolean;
  /**
   * Names of the parameters that are trained. Default: all but BatchNorm's moving statistics and constants, which never
   * are.
   */
  readonly trainable?: readonly string[];
  /** How many threads run a step, as in `compile`; the numbers are the same bits. Default 1. */
  readonly threads?: number | 'auto';
  /** As in `compile`. */
  readonly threadScript?: string | URL;
  /** The share of the past in BatchNorm's moving statistics after each batch, from 0 to below 1. Default 0.9. */
  readonly batchNormMomentum?: number;
}

/** A network ready to be trained: one memory with everything in it, seen through views. */
export interface TrainingSession {
  readonly engine: ChosenEngine;
  /** Bytes of memory, all activations of a batch included. */
  readonly memoryBytes: number;
  /** To be filled before {@link forward}. */
  readonly inputs: ReadonlyMap<string, Tensor<'float32'>>;
  /** All parameters. Whoever changes them trains the network; a forward pass updates the moving statistics. */
  readonly parameters: ReadonlyMap<string, Tensor<'float32'>>;
  /** The network's outputs, valid from {@link forward} to {@link backward}. */
  readonly outputs: ReadonlyMap<string, Tensor<'float32'>>;
  /** ∂L/∂output, to be filled between {@link forward} and {@link backward}. */
  readonly outputGradients: ReadonlyMap<string, Tensor<'float32'>>;
  /** ∂L/∂parameter of every trained parameter, valid from {@link backward} to the next {@link forward}. */
  readonly gradients: ReadonlyMap<string, Tensor<'float32'>>;
  /** Threads that run at present. */
  readonly threads: number;
  /** What is to be said about them; nothing where there was to be one. */
  readonly threadReport: string;
  /** Whether BatchNorm goes by its moving statistics from now on, which then stay, instead of each batch's own. At first it does not. */
  freezeNorms(areFrozen: boolean): void;
  /** @throws {TrainError} when a thread was lost in the middle of it: what has changed of the parameters cannot be undone. */
  forward(): void;
  /** @throws {TrainError} as above. */
  backward(): void;
  /** When all threads have started, or it is known that they do not. */
  ready(): Promise<void>;
  /** Ends the session's threads, if no other has them. */
  dispose(): void;
}

const isTrainable = (role: string): boolean => role !== 'mean' && role !== 'variance' && role !== 'constant';

/**
 * Names of the parameters that are trained.
 *
 * @throws {TrainError} when one that is wanted is not there, or never trained.
 */
export function trainableNames(graph: Graph, wanted: readonly string[] | undefined): Set<string> {
  const trainable = graph.parameters.filter(({ role }) => isTrainable(role)).map(({ name }) => name);
  if (wanted === undefined) return new Set(trainable);
  if (!(Array.isArray(wanted) && wanted.every((name) => typeof name === 'string')))
    throw new TrainError('trainable must be a list of names of parameters');
  for (const name of wanted) {
    if (!trainable.includes(name)) {
      throw new TrainError(`"${name}" cannot be trained: the network "${graph.name}" has no such weight`);
    }
  }
  return new Set(wanted);
}

/** Every step as threads share it: kernels bound to their arguments, and scripts, which are the caller's alone. */
function bindAll(
  plan: TrainingPlan,
  exports: WebAssembly.Exports,
  viewOf: (buffer: Buffer) => Float32Array,
): readonly SharedStep[] {
  const kernels = sharedSteps(plan.kernels, exports);
  let next = 0;
  return plan.steps.map((step) => {
    if (step.kind === 'kernel') return kernels[next++]!;
    const views = step.operands.map(viewOf);
    return { units: 1, threads: 1, pieces: 1, run: () => step.run(...views) };
  });
}

/** What runs the steps of one way or the other. */
interface Steps {
  readonly member: PoolMember | undefined;
  run(section: 0 | 1): void;
}

/** Steps that one thread runs, or the members of a pool. */
function runnerOf(
  steps: readonly SharedStep[],
  { forwardSteps }: TrainingPlan,
  shared: { readonly module: WebAssembly.Module; readonly memory: WebAssembly.Memory },
  member: PoolMember | undefined,
): Steps {
  const sections = [
    [0, forwardSteps],
    [forwardSteps, steps.length],
  ] as const;
  if (member === undefined) {
    const run = (section: 0 | 1): void => {
      for (const { run: runUnits, units } of steps.slice(...sections[section])) runUnits(0, units);
    };
    return { member, run };
  }
  member.join({ ...shared, steps, sections });
  let isLost = false;
  const run = (section: 0 | 1): void => {
    isLost ||= !member.run(section);
    if (!isLost) return;
    throw new TrainError(
      'a thread was lost in the middle of a training step, which cannot be repeated: go on from the last checkpoint',
    );
  };
  return { member, run };
}

/** A place for so many threads in the pool of this process, and why there is none. */
async function enterThreads(
  wanted: number | 'auto',
  script: string | URL | undefined,
): Promise<{ readonly member?: PoolMember; readonly report: string }> {
  expectThreads(wanted);
  if (wanted === 1) return { report: '' };
  const { coreCount, enterPool, threadObstacle } = await loadThreads();
  const obstacle = threadObstacle();
  if (obstacle !== undefined) return { report: `one thread: ${obstacle}` };
  const count = wanted === 'auto' ? coreCount() : wanted;
  if (count === 1) return { report: 'one thread: there is one core' };
  return { member: enterPool(count, script), report: '' };
}

/**
 * Prepares a network for training with batches of its inputs' size. Separable convolutions are trained as the two that they
 * are; BatchNorm uses the statistics of each batch.
 *
 * @throws {GraphError} when the network contradicts itself.
 * @throws {TrainError} when it is not float32, or too large for WebAssembly's memory.
 *
 * @example
 * const session = await compileTraining({ graph, weights });
 * session.inputs.get('image')?.data.set(batch);
 * session.forward();
 * session.outputGradients.get('logits')?.data.set(lossGradient);
 * session.backward();
 * session.gradients.get('conv/weight');
 */
export async function compileTraining(
  network: Network,
  options: TrainingOptions = {},
): Promise<TrainingSession> {
  expectNetwork(network);
  if (typeof options !== 'object' || options === null) {
    throw new TrainError(`options must be an object, but is ${String(options)}`);
  }
  return compileRounded(network, options, undefined);
}

function expectFloat32({ inputs, parameters }: Graph): void {
  for (const { name, dtype } of [...inputs, ...parameters]) {
    if (dtype !== 'float32')
      throw new TrainError(`"${name}" is ${dtype}, but training runs in float32: convert it`);
  }
}

/** {@link compileTraining}, with values that are rounded on the way forward. */
export async function compileRounded(
  network: Network,
  options: TrainingOptions,
  rounding: ValueRounding | undefined,
): Promise<TrainingSession> {
  expectNetwork(network);
  const { batchNormMomentum = 0.9, allowProcessFlags = false } = expectOptions(options);
  if (!(typeof batchNormMomentum === 'number' && batchNormMomentum >= 0 && batchNormMomentum < 1)) {
    throw new TrainError(`batchNormMomentum must be from 0 to below 1, not ${String(batchNormMomentum)}`);
  }
  const graph = expandSeparable(network.graph);
  const types = validateNetwork({ graph, weights: network.weights });
  expectFloat32(graph);
  const engine = await chooseEngine(options.engine ?? 'auto', allowProcessFlags);
  const trainable = trainableNames(network.graph, options.trainable);
  const norms: NormMode = { areFrozen: false };
  const planned = { engine: engines[engine.name], trainable, batchNormMomentum, norms };
  const plan = planTraining(graph, rounding === undefined ? planned : { ...planned, rounding });
  const { member, report } = await enterThreads(options.threads ?? 1, options.threadScript);
  const owner = { what: 'a training step', error: TrainError };
  const memoryBytes = memoryFor(plan.kernels, (member?.others ?? 0) + 1);
  const compiled = await (async () => {
    try {
      const memory = allocateMemory(memoryBytes, owner, member !== undefined);
      const bytes = emitKernels(plan.kernels, emitTrainingKernel, member !== undefined);
      return { memory, ...(await generate(bytes, { environment: { memory } })) };
    } catch (error) {
      member?.leave();
      throw error;
    }
  })();
  const { memory, module, instance } = compiled;
  const viewOf = (buffer: Buffer): Float32Array =>
    new Float32Array(memory.buffer, plan.addresses.get(buffer), buffer.floats);
  const tensorsOf = (names: Iterable<string>, buffers: ReadonlyMap<string, Buffer>) =>
    new Map(
      [...names].map((name) => [
        name,
        createTensor('float32', types.get(name)!.shape, viewOf(buffers.get(name)!)),
      ]),
    );
  const parameters = tensorsOf(
    graph.parameters.map(({ name }) => name),
    plan.values,
  );
  for (const [name, { data }] of parameters) data.set(network.weights.get(name)!.data as Float32Array);
  const steps = bindAll(plan, instance.exports, viewOf);
  const runner = runnerOf(steps, plan, { module, memory }, member);
  return {
    engine,
    memoryBytes: memory.buffer.byteLength,
    inputs: tensorsOf(
      graph.inputs.map(({ name }) => name),
      plan.values,
    ),
    parameters,
    outputs: tensorsOf(graph.outputs, plan.values),
    outputGradients: tensorsOf(graph.outputs, plan.outputGradients),
    gradients: tensorsOf(plan.gradients.keys(), plan.gradients),
    get threads() {
      return member?.threads ?? 1;
    },
    get threadReport() {
      return member?.report ?? report;
    },
    freezeNorms: (areFrozen) => {
      norms.areFrozen = areFrozen;
    },
    forward: () => runner.run(0),
    backward: () => runner.run(1),
    ready: async () => member?.ready(),
    dispose: () => member?.leave(),
  };
}
