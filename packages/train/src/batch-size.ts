import { expectGraph, type Graph, inferTypes, type Node } from '@sepconv/graph';
import { TrainError } from './errors.js';

/**
 * The same network for batches of another size: the first dimension of every input, and of every reshape, changes.
 *
 * @throws {TrainError} when the inputs have different batch sizes.
 * @throws {ShapeError} when the network cannot run with another batch size.
 */
export function withBatchSize(graph: Graph, batchSize: number): Graph {
  expectGraph(graph);
  if (!(Number.isSafeInteger(batchSize) && batchSize >= 1))
    throw new TrainError(`the batch size must be a whole number of at least 1, but is ${String(batchSize)}`);
  const sizes = new Set(graph.inputs.map(({ shape }) => shape[0]));
  const [size] = sizes;
  if (sizes.size !== 1 || size === undefined) {
    throw new TrainError(`the inputs of "${graph.name}" have no common batch size, so it cannot be changed`);
  }
  const resized = (node: Node): Node => {
    if (node.op !== 'reshape' || node.attributes.shape[0] !== size) return node;
    return { ...node, attributes: { shape: [batchSize, ...node.attributes.shape.slice(1)] } };
  };
  const result: Graph = {
    ...graph,
    inputs: graph.inputs.map((input) => ({ ...input, shape: [batchSize, ...input.shape.slice(1)] })),
    nodes: graph.nodes.map(resized),
  };
  inferTypes(result);
  return result;
}
