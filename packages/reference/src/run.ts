import { type Graph, inferNode, type Network, type Node, validateNetwork } from '@sepconv/graph';
import { formatShape, sameShape, type Tensor } from '@sepconv/tensor';
import { ReferenceRunError } from './errors.js';
import type { MacCounter } from './mac-counter.js';
import type { FloatTensor, ReferenceOp } from './ops/reference-op.js';
import { referenceOps } from './registry.js';

/** What else a run should do. */
export interface ReferenceOptions {
  /** Counts the multiply-adds of this run. */
  readonly counter?: MacCounter;
  /** Called after every node, in order, with its outputs. */
  readonly observe?: (node: Node, outputs: readonly Tensor[]) => void;
}

function expectFloat32(node: Node, inputs: readonly Tensor[]): readonly FloatTensor[] {
  inputs.forEach((input, index) => {
    if (input.dtype !== 'float32') {
      throw new ReferenceRunError(
        `${node.op} "${node.name}": the reference computes with float32 only, but input ${index} ("${node.inputs[index]}") is ${input.dtype}; convert it with toFloat32`,
      );
    }
  });
  return inputs as readonly FloatTensor[];
}

/**
 * Runs one node.
 *
 * @param inputs tensors in the order of `node.inputs`.
 * @returns the outputs in the order of `node.outputs`.
 * @throws {ShapeError} when the inputs do not fit the op.
 * @throws {ReferenceRunError} when an input is not float32.
 */
export function runReferenceNode(
  node: Node,
  inputs: readonly Tensor[],
  counter?: MacCounter,
): readonly Tensor[] {
  const [output] = inferNode(node, inputs);
  let macs = 0;
  // The table pairs op and attributes by name, which the compiler cannot follow through a union.
  const run = referenceOps[node.op] as ReferenceOp<typeof node.op>;
  const result = run({
    attributes: node.attributes as never,
    inputs: expectFloat32(node, inputs),
    outputShape: output!.shape,
    countMacs: (count) => {
      macs += count;
    },
  });
  counter?.add(node.name, macs);
  return [result];
}

function inputsByName(graph: Graph, inputs: Tensor | ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  const names = graph.inputs.map(({ name }) => name);
  if ('dtype' in inputs) {
    const [name] = names;
    if (name === undefined || names.length > 1) {
      throw new ReferenceRunError(
        `the network "${graph.name}" has ${names.length} inputs (${names.join(', ')}): give them as a map by name, not as one tensor`,
      );
    }
    return new Map([[name, inputs]]);
  }
  for (const name of inputs.keys()) {
    if (!names.includes(name)) {
      throw new ReferenceRunError(
        `the network "${graph.name}" has no input "${name}"; it has ${names.join(', ')}`,
      );
    }
  }
  return new Map(inputs);
}

function checkInputs(graph: Graph, inputs: ReadonlyMap<string, Tensor>): void {
  for (const { name, shape, dtype } of graph.inputs) {
    const tensor = inputs.get(name);
    if (tensor === undefined) {
      throw new ReferenceRunError(
        `the network "${graph.name}" needs the input "${name}" of ${dtype} ${formatShape(shape)}, which is missing`,
      );
    }
    if (tensor.dtype !== dtype || !sameShape(tensor.shape, shape)) {
      throw new ReferenceRunError(
        `the input "${name}" must be ${dtype} ${formatShape(shape)}, but is ${tensor.dtype} ${formatShape(tensor.shape)}`,
      );
    }
  }
}

/**
 * Runs a network node by node, exactly as it is written: nothing is folded, fused or reordered, and every value is
 * rounded to float32 where a node stores it.
 *
 * @param inputs tensors by input name, or the tensor itself for a network with one input.
 * @returns the network's outputs by name.
 * @throws {GraphError} when the network contradicts itself or a weight is missing.
 * @throws {ReferenceRunError} when an input is missing, unknown, or of another shape or element type.
 *
 * @example
 * const probabilities = runReference(network, image).get('softmax');
 */
export function runReference(
  network: Network,
  inputs: Tensor | ReadonlyMap<string, Tensor>,
  options: ReferenceOptions = {},
): ReadonlyMap<string, Tensor> {
  const { graph, weights } = network;
  validateNetwork(network);
  const given = inputsByName(graph, inputs);
  checkInputs(graph, given);
  const values = new Map<string, Tensor>([...weights, ...given]);
  for (const node of graph.nodes) {
    const nodeInputs = node.inputs.map((name) => values.get(name)!);
    const outputs = runReferenceNode(node, nodeInputs, options.counter);
    node.outputs.forEach((name, index) => {
      values.set(name, outputs[index]!);
    });
    options.observe?.(node, outputs);
  }
  return new Map(graph.outputs.map((name) => [name, values.get(name)!]));
}
