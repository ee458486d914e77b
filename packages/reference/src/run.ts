import {
  type Graph,
  inferNode,
  type Network,
  type Node,
  type ValueType,
  validateNetwork,
} from '@sepconv/graph';
import { formatShape, type Quantization, sameQuantization, sameShape, type Tensor } from '@sepconv/tensor';
import { ReferenceRunError } from './errors.js';
import type { MacCounter } from './mac-counter.js';
import type { ReferenceOp } from './ops/reference-op.js';
import { referenceOps } from './registry.js';

/** What else a run should do. */
export interface ReferenceOptions {
  /** Counts the multiply-adds of this run. */
  readonly counter?: MacCounter;
  /** Called after every node, in order, with its outputs. */
  readonly observe?: (node: Node, outputs: readonly Tensor[]) => void;
}

/** Integers have passed the op's contract; of other types the reference knows float32 only. */
function expectComputable(node: Node, inputs: readonly Tensor[]): readonly Tensor[] {
  inputs.forEach(({ dtype }, index) => {
    if (dtype === 'float16' || dtype === 'float64') {
      throw new ReferenceRunError(
        `${node.op} "${node.name}": the reference computes with float32, but input ${index} ("${node.inputs[index]}") is ${dtype}; convert it with toFloat32`,
      );
    }
  });
  return inputs;
}

/** A tensor with what the graph says that its integers stand for. */
function meaning(tensor: Tensor, { quantization }: ValueType): Tensor {
  return quantization === undefined ? tensor : { ...tensor, quantization };
}

/**
 * Runs one node.
 *
 * @param inputs tensors in the order of `node.inputs`.
 * @returns the outputs in the order of `node.outputs`.
 * @throws {ShapeError} when the inputs do not fit the op.
 * @throws {ReferenceRunError} when an input is float16 or float64.
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
    inputs: expectComputable(node, inputs),
    outputShape: output!.shape,
    countMacs: (count) => {
      macs += count;
    },
  });
  counter?.add(node.name, macs);
  return [meaning(result, output!)];
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

const wordsOf = (quantization: Quantization | undefined): string =>
  quantization === undefined
    ? 'plain numbers'
    : `${quantization.scale[0]} · (stored − ${quantization.zeroPoint[0]})`;

function checkInputs(graph: Graph, inputs: ReadonlyMap<string, Tensor>): void {
  for (const { name, shape, dtype, quantization } of graph.inputs) {
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
    if (tensor.quantization !== undefined && !sameQuantization(tensor.quantization, quantization)) {
      throw new ReferenceRunError(
        `the input "${name}" stands for ${wordsOf(tensor.quantization)}, but the network takes ${wordsOf(quantization)}: quantize it as the network does, or give its integers alone`,
      );
    }
  }
}

/**
 * Runs a network node by node, exactly as it is written: nothing is folded, fused or reordered, and every value is
 * rounded to float32 where a node stores it, or is the exact integers that an integer op gives.
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
  const types = validateNetwork(network);
  const given = inputsByName(graph, inputs);
  checkInputs(graph, given);
  const values = new Map<string, Tensor>();
  for (const [name, tensor] of [...weights, ...given]) {
    const type = types.get(name);
    values.set(name, type === undefined ? tensor : meaning(tensor, type));
  }
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
