/** @file From a graph to the steps of one training step: the way forward, then the way back. Pure; emits nothing. */
import { type FusionRule, fuseNodes, type Graph, inferTypes, type NodeOf } from '@sepconv/graph';
import {
  binaryUnits,
  type Engine,
  microsecondsOf,
  type Program,
  placeBuffers,
  planBinary,
  threadsFor,
  type Use,
} from '@sepconv/kernels/toolkit';
import { elementCount } from '@sepconv/tensor';
import { TrainError } from '../errors.js';
import { expectTrainable, type TrainingOpName } from '../ops/training-op.js';
import type { Bounds } from './column-sums.js';
import { trainingMacs } from './macs.js';
import { planNode, takesClamp } from './ops/registry.js';
import type { NodeContext, NormMode } from './planned-node.js';
import { Roundings, type ValueRounding } from './rounding.js';
import { type Buffer, StepList, type TrainingKernel, type TrainingStep } from './step-list.js';

/** What to plan besides the graph. */
export interface TrainingPlanOptions {
  readonly engine: Engine;
  /** Names of the parameters whose gradients are wanted. */
  readonly trainable: ReadonlySet<string>;
  readonly batchNormMomentum: number;
  /** Norms look at it in each step. Default: they go by their batches. */
  readonly norms?: NormMode;
  /** Which values are rounded. Default: none. */
  readonly rounding?: ValueRounding;
}

/** A training step as data: what runs, and where everything lies. */
export interface TrainingPlan {
  readonly steps: readonly TrainingStep[];
  /** Those of the steps that are kernels, placed. */
  readonly kernels: Program<TrainingKernel>;
  /** Steps before this one are the way forward. */
  readonly forwardSteps: number;
  readonly addresses: ReadonlyMap<Buffer, number>;
  /** Buffers by the names of inputs, parameters and outputs. */
  readonly values: ReadonlyMap<string, Buffer>;
  /** Gradients by the names of trainable parameters. */
  readonly gradients: ReadonlyMap<string, Buffer>;
  /** ∂L/∂output by the names of the outputs, to be written between the ways. */
  readonly outputGradients: ReadonlyMap<string, Buffer>;
}

/** A node is joined with a clamp behind it and with nothing else, because the way back knows the output only. */
const training: FusionRule = {
  takesEpilogue: ({ op }) => takesClamp(op),
  takesStage: ({ kind }, before) => kind === 'clamp' && before.length === 0,
};

/** Gradients under construction: what several nodes give adds up. */
class GradientTable {
  readonly #gradients = new Map<string, Buffer>();
  readonly #list: StepList;
  readonly #engine: Engine;

  constructor(list: StepList, engine: Engine) {
    this.#list = list;
    this.#engine = engine;
  }

  get(name: string): Buffer | undefined {
    return this.#gradients.get(name);
  }

  give(name: string, gradient: Buffer): void {
    const other = this.#gradients.get(name);
    if (other === undefined) {
      this.#gradients.set(name, gradient);
      return;
    }
    const sum = this.#list.buffer(`${name}/gradient`, gradient.floats);
    const shape = [gradient.floats];
    const kernel = planBinary(this.#engine, 'add', { a: shape, b: shape, output: shape }, []);
    this.#list.kernel(name, kernel, binaryUnits(kernel), other, gradient, sum);
    this.#gradients.set(name, sum);
  }
}

/** How a value's gradient goes on. */
export interface WayBack {
  readonly value: string;
  backward(gradient: Buffer): void;
}

/** The last node first, those whose results no gradient reaches left out. */
function planWayBack(
  ways: readonly WayBack[],
  gradients: GradientTable,
  needsGradient: ReadonlySet<string>,
): void {
  for (const { value, backward } of ways.toReversed()) {
    const gradient = gradients.get(value);
    if (gradient !== undefined && needsGradient.has(value)) backward(gradient);
  }
}

/** Threads that are worth sharing a kernel's units. */
function threadsOf(kernel: TrainingKernel, units: number, operands: readonly Buffer[]): number {
  const bytes = operands.reduce((sum, buffer) => sum + buffer.bytes, 0);
  return threadsFor(units, microsecondsOf(kernel, trainingMacs(kernel), bytes));
}

/** Places what the steps use, and what is needed between them. */
function placeSteps(
  engine: Engine,
  steps: readonly TrainingStep[],
  between: readonly Use<Buffer>[],
): Pick<TrainingPlan, 'kernels' | 'addresses'> {
  const uses = steps.flatMap(({ operands }, step) => operands.map((buffer): Use<Buffer> => [buffer, step]));
  const { addresses, memoryBytes } = placeBuffers([...uses, ...between]);
  const kernels = steps
    .filter((step) => step.kind === 'kernel')
    .map(({ kernel, units, operands }) => ({
      kernel,
      units,
      threads: threadsOf(kernel, units, operands),
      addresses: operands.map((buffer) => addresses.get(buffer)!),
    }));
  return { kernels: { engine, steps: kernels, memoryBytes, scratchBytes: 0 }, addresses };
}

/**
 * Plans a training step.
 *
 * @param graph without separable convolutions; see `expandSeparable`.
 * @throws {TrainError} when the network computes with integers, or an output does not depend on any node.
 */
export function planTraining(graph: Graph, options: TrainingPlanOptions): TrainingPlan {
  const { engine, trainable, batchNormMomentum, norms = { areFrozen: false } } = options;
  expectTrainable(graph);
  const types = inferTypes(graph);
  const shapeOf = (name: string) => types.get(name)!.shape;
  const list = new StepList();
  const values = new Map<string, Buffer>();
  const needsGradient = new Set(trainable);
  for (const { name, shape } of [...graph.inputs, ...graph.parameters]) {
    values.set(name, list.buffer(name, elementCount(shape), true));
  }
  const gradients = new GradientTable(list, engine);
  const wayBack: WayBack[] = [];
  const roundings = new Roundings(options.rounding, { list, values, needsGradient, gradients, wayBack });
  for (const { name } of graph.inputs) roundings.seam(name);
  for (const fused of fuseNodes(graph, types, training)) {
    const { epilogue, output } = fused;
    const reads = roundings.readsOf(fused.node);
    const node = fused.node as NodeOf<TrainingOpName>;
    const [bounds] = epilogue as readonly Bounds[];
    const context: NodeContext<TrainingOpName> = {
      node,
      engine,
      list,
      shapes: node.inputs.map(shapeOf),
      outputShape: shapeOf(output),
      inputs: reads.map((name) => values.get(name)!),
      epilogue,
      bounds,
      batchNormMomentum,
      norms,
      wants: (input) => needsGradient.has(reads[input]!),
      give: (input, gradient) => {
        if (needsGradient.has(reads[input]!)) gradients.give(reads[input]!, gradient);
      },
    };
    const result = planNode(context);
    const real = roundings.realName(output);
    values.set(real, result.output);
    if (reads.some((name) => needsGradient.has(name))) needsGradient.add(real);
    wayBack.push({ value: real, backward: (gradient) => result.backward(gradient) });
    roundings.result(output);
    roundings.seam(output);
  }
  const forwardSteps = list.steps.length;
  const outputGradients = new Map(
    graph.outputs.map((name) => [
      name,
      list.buffer(`${name}/loss-gradient`, elementCount(shapeOf(name)), true),
    ]),
  );
  for (const [name, buffer] of outputGradients) if (needsGradient.has(name)) gradients.give(name, buffer);
  planWayBack(wayBack, gradients, needsGradient);

  const between: Use<Buffer>[] = [...graph.inputs, ...graph.parameters].map(({ name }) => [
    values.get(name)!,
    0,
  ]);
  for (const name of graph.outputs) {
    const output = values.get(name);
    if (output === undefined) throw new TrainError(`the output "${name}" of "${graph.name}" is not computed`);
    between.push([output, forwardSteps], [outputGradients.get(name)!, forwardSteps]);
  }
  const parameterGradients = new Map<string, Buffer>();
  for (const name of trainable) {
    const gradient = gradients.get(name);
    if (gradient === undefined) continue;
    between.push([gradient, list.steps.length]);
    parameterGradients.set(name, gradient);
  }
  return {
    ...placeSteps(engine, list.steps, between),
    steps: list.steps,
    forwardSteps,
    values,
    gradients: parameterGradients,
    outputGradients,
  };
}
