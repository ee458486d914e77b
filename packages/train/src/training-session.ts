import { expandSeparable, type Graph, type Network, validateNetwork } from '@sepconv/graph';
import type { ChosenEngine, EngineName } from '@sepconv/kernels';
import { allocateMemory, bindSteps, chooseEngine, emitKernels, engines } from '@sepconv/kernels/toolkit';
import { createTensor, type Tensor } from '@sepconv/tensor';
import { emitTrainingKernel } from './emit/kernel.js';
import { TrainError } from './errors.js';
import { planTraining, type TrainingPlan } from './plan/plan.js';
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
  forward(): void;
  backward(): void;
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
  for (const name of wanted) {
    if (!trainable.includes(name)) {
      throw new TrainError(`"${name}" cannot be trained: the network "${graph.name}" has no such weight`);
    }
  }
  return new Set(wanted);
}

/** A function for every step, arguments bound. */
function bindAll(
  plan: TrainingPlan,
  exports: WebAssembly.Exports,
  viewOf: (buffer: Buffer) => Float32Array,
): (() => void)[] {
  const kernels = bindSteps(plan.kernels, exports);
  let next = 0;
  return plan.steps.map((step) => {
    if (step.kind === 'script') {
      const views = step.operands.map(viewOf);
      return () => step.run(...views);
    }
    const run = kernels[next++]!;
    return () => run(0, step.units);
  });
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
  const { batchNormMomentum = 0.9, allowProcessFlags = false } = options;
  if (!(batchNormMomentum >= 0 && batchNormMomentum < 1)) {
    throw new TrainError(`batchNormMomentum must be from 0 to below 1, not ${batchNormMomentum}`);
  }
  const graph = expandSeparable(network.graph);
  const types = validateNetwork({ graph, weights: network.weights });
  for (const { name, dtype } of [...graph.inputs, ...graph.parameters]) {
    if (dtype !== 'float32')
      throw new TrainError(`"${name}" is ${dtype}, but training runs in float32: convert it`);
  }
  const engine = await chooseEngine(options.engine ?? 'auto', allowProcessFlags);
  const trainable = trainableNames(network.graph, options.trainable);
  const plan = planTraining(graph, { engine: engines[engine.name], trainable, batchNormMomentum });
  const memory = allocateMemory(plan.kernels.memoryBytes, { what: 'a training step', error: TrainError });
  const module = emitKernels(plan.kernels, emitTrainingKernel);
  const { instance } = await WebAssembly.instantiate(module, { environment: { memory } });
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
  const run = (from: number, to: number): void => {
    for (let i = from; i < to; i++) steps[i]!();
  };
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
    forward: () => run(0, plan.forwardSteps),
    backward: () => run(plan.forwardSteps, steps.length),
  };
}
