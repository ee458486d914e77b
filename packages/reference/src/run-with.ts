import {
  inferNode,
  type Network,
  type Node,
  namedInputs,
  type ValueType,
  validateNetwork,
} from '@sepconv/graph';
import type { Tensor } from '@sepconv/tensor';
import { ReferenceRunError } from './errors.js';
import type { MacCounter } from './mac-counter.js';
import { expectComputable, passedCall } from './ops/checked.js';
import type { ReferenceOp, ReferenceOps } from './ops/reference-op.js';

/** What else a run should do. */
export interface ReferenceOptions {
  /** Counts the multiply-adds of this run. */
  readonly counter?: MacCounter;
  /** Called after every node, in order, with its outputs. */
  readonly observe?: (node: Node, outputs: readonly Tensor[]) => void;
}

/** A tensor with what the graph says that its integers stand for. */
function meaning(tensor: Tensor, { quantization }: ValueType): Tensor {
  return quantization === undefined ? tensor : { ...tensor, quantization };
}

/** The table pairs op and attributes by name, which the compiler cannot follow through a union. */
function opOf(ops: ReferenceOps, node: Node): ReferenceOp<typeof node.op> {
  const op = ops?.[node.op];
  if (typeof op === 'function') return op as ReferenceOp<typeof node.op>;
  throw new ReferenceRunError(
    `${node.op} "${node.name}": the table of ops has no ${node.op}, only ${Object.keys(ops ?? {}).join(', ')}; add it from @sepconv/reference/ops, or call runReference, which has them all`,
  );
}

/** As `runReferenceNode`, with the ops of a table. */
export function runNodeWith(
  ops: ReferenceOps,
  node: Node,
  inputs: readonly Tensor[],
  counter?: MacCounter,
): readonly Tensor[] {
  const [output] = inferNode(node, inputs);
  let macs = 0;
  const run = opOf(ops, node);
  const call = passedCall<typeof node.op>({
    attributes: node.attributes as never,
    inputs: expectComputable(node, inputs),
    outputShape: output!.shape,
    countMacs: (count) => {
      macs += count;
    },
  });
  const result = run(call);
  counter?.add(node.name, macs);
  return [meaning(result, output!)];
}

/**
 * {@link runReference} with the ops of a table, for a program that runs a few ops only and is loaded over a network: a bundler
 * leaves all others out.
 *
 * @param ops definitions by op; `@sepconv/reference/ops` has every one, activations and arithmetic as `elementwiseOps()`.
 * @param inputs tensors by input name, or the tensor itself for a network with one input.
 * @returns the network's outputs by name.
 * @throws {GraphError} when the network contradicts itself or a weight is missing.
 * @throws {ReferenceRunError} when an input is missing, unknown, or of another shape or element type, or when the table
 * lacks an op of the network.
 *
 * @example
 * import { conv2d, elementwiseOps } from '@sepconv/reference/ops';
 * const outputs = runReferenceWith({ conv2d, ...elementwiseOps() }, network, image);
 */
export function runReferenceWith(
  ops: ReferenceOps,
  network: Network,
  inputs: Tensor | ReadonlyMap<string, Tensor>,
  options: ReferenceOptions = {},
): ReadonlyMap<string, Tensor> {
  if (typeof options !== 'object' || options === null) {
    throw new ReferenceRunError(`options must be an object, but are ${String(options)}`);
  }
  const types = validateNetwork(network);
  const { graph, weights } = network;
  const given = namedInputs(graph.inputs, inputs, ReferenceRunError);
  const values = new Map<string, Tensor>();
  for (const [name, tensor] of [...weights, ...given]) {
    const type = types.get(name);
    values.set(name, type === undefined ? tensor : meaning(tensor, type));
  }
  for (const node of graph.nodes) {
    const nodeInputs = node.inputs.map((name) => values.get(name)!);
    const outputs = runNodeWith(ops, node, nodeInputs, options.counter);
    node.outputs.forEach((name, index) => {
      values.set(name, outputs[index]!);
    });
    options.observe?.(node, outputs);
  }
  return new Map(graph.outputs.map((name) => [name, values.get(name)!]));
}
