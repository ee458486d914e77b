/**
 * @file Reverse mode over a graph, op by op with the plain definitions in `ops/`: for tests, small networks and whoever
 * wants to read how it is done. Training itself runs in the engine.
 */

import {
  expandSeparable,
  expectGraph,
  expectNetwork,
  type Graph,
  type Network,
  type Node,
  validateNetwork,
} from '@sepconv/graph';
import { createTensor, formatShape, sameShape, type Tensor, zeros } from '@sepconv/tensor';
import { TrainError } from './errors.js';
import { expectTensors } from './expect-arrays.js';
import { trainingOpOf } from './ops/registry.js';
import { expectTrainable, type Floats, type OpCall } from './ops/training-op.js';

/** A tensor of either precision; a network is of one of them throughout. */
export type RealTensor = Tensor<'float32'> | Tensor<'float64'>;

/** Every value of a network that has run forward: inputs, parameters and results by name. */
export interface Activations {
  /** The network's graph with its separable convolutions expanded. */
  readonly graph: Graph;
  readonly values: ReadonlyMap<string, RealTensor>;
}

/** ∂L/∂value by name, for every input, parameter and result. */
export type Gradients = ReadonlyMap<string, RealTensor>;

function expectReal(tensor: Tensor | undefined, name: string): RealTensor {
  if (tensor === undefined) throw new TrainError(`the input "${name}" is missing`);
  if (tensor.dtype !== 'float32' && tensor.dtype !== 'float64') {
    throw new TrainError(`"${name}" is ${tensor.dtype}, but gradients need float32 or float64: convert it`);
  }
  return tensor as RealTensor;
}

function callOf(node: Node, values: ReadonlyMap<string, RealTensor>): OpCall<never> {
  const inputs = node.inputs.map((name) => values.get(name)!);
  const output = values.get(node.outputs[0]!)!;
  return {
    attributes: node.attributes as never,
    shapes: inputs.map(({ shape }) => shape),
    inputs: inputs.map(({ data }) => data as Floats),
    outputShape: output.shape,
    output: output.data as Floats,
  };
}

/**
 * Runs a network as training does: a batch normalization uses the statistics of this batch.
 *
 * @param inputs tensors by input name. Tensors and graph are float32 or float64 throughout, and so are the results.
 * @throws {GraphError} when the network contradicts itself or a weight is missing.
 * @throws {TrainError} when it computes with integers, or an input is missing or of another shape or element type than the graph's.
 */
export function forward(network: Network, inputs: ReadonlyMap<string, Tensor>): Activations {
  expectNetwork(network);
  if (!(inputs instanceof Map)) throw new TrainError('inputs must be a map from their names to tensors');
  const graph = expandSeparable(network.graph);
  expectTrainable(graph);
  const types = validateNetwork({ ...network, graph });
  const values = new Map<string, RealTensor>();
  for (const { name, shape, dtype } of graph.inputs) {
    const tensor = expectReal(inputs.get(name), name);
    if (tensor.dtype !== dtype || !sameShape(tensor.shape, shape)) {
      throw new TrainError(
        `the input "${name}" must be ${dtype} ${formatShape(shape)}, but is ${tensor.dtype} ${formatShape(tensor.shape)}`,
      );
    }
    values.set(name, tensor);
  }
  for (const { name } of graph.parameters) values.set(name, expectReal(network.weights.get(name), name));
  for (const node of graph.nodes) {
    const [output] = node.outputs as readonly [string];
    const { shape, dtype } = types.get(output)!;
    values.set(output, expectReal(zeros(dtype, shape), output));
    trainingOpOf(node).forward(callOf(node, values));
  }
  return { graph, values };
}

/** @throws {TrainError} when it is not what {@link forward} gives. */
function expectRun(run: Activations): Activations {
  expectGraph(run?.graph);
  expectTensors(run.values, "a run's values");
  for (const { inputs, outputs } of run.graph.nodes) {
    for (const name of [...inputs, ...outputs]) {
      if (!run.values.has(name))
        throw new TrainError(`the run has no value "${name}": give what forward gives`);
    }
  }
  return run;
}

/**
 * The gradients of L with respect to every value, from those with respect to the outputs.
 *
 * @param outputGradients ∂L/∂output for outputs by name; an output that is left out has no part in L.
 * @throws {TrainError} when a gradient's shape or element type is not its output's.
 *
 * @example
 * const run = forward(network, new Map([['image', images]]));
 * const gradients = backward(run, new Map([['logits', lossGradient]]));
 * gradients.get('head/weight');
 */
export function backward(run: Activations, outputGradients: ReadonlyMap<string, Tensor>): Gradients {
  const { graph, values } = expectRun(run);
  expectTensors(outputGradients, 'the gradients of the outputs');
  const gradients = new Map<string, RealTensor>();
  for (const [name, { shape, dtype }] of values) gradients.set(name, expectReal(zeros(dtype, shape), name));
  for (const [name, tensor] of outputGradients) {
    const own = gradients.get(name);
    if (own === undefined || own.dtype !== tensor.dtype || !sameShape(own.shape, tensor.shape)) {
      const wanted = own === undefined ? 'no value of the network' : `${own.dtype} ${formatShape(own.shape)}`;
      throw new TrainError(
        `the gradient of "${name}" is ${tensor.dtype} ${formatShape(tensor.shape)}, but "${name}" is ${wanted}`,
      );
    }
    gradients.set(name, createTensor(own.dtype, own.shape, tensor.data.slice() as never) as RealTensor);
  }
  for (const node of graph.nodes.toReversed()) {
    trainingOpOf(node).backward({
      ...callOf(node, values),
      outputGradient: gradients.get(node.outputs[0]!)!.data as Floats,
      inputGradients: node.inputs.map((name) => gradients.get(name)!.data as Floats),
    });
  }
  return gradients;
}
