import { type Graph, type Node, producersOf, usesOf } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';

/** Position of the weight into which a following BatchNorm folds, as in the graph's `foldBatchNorm`. */
const weightIndexOf: Partial<Record<Node['op'], number>> = {
  conv2d: 1,
  'conv-transpose2d': 1,
  'depthwise-conv2d': 1,
  'pointwise-conv2d': 1,
  'separable-conv2d': 2,
  dense: 1,
};

/** What `foldBatchNorm` would do to the parameters that a node reads. */
export interface NodeFolding {
  /** Of the node's inputs, how many stay as they are, counted from the first; 0 for a BatchNorm that goes. */
  readonly keptInputs: number;
  /** Numbers that the node gets instead of the others: its weight, and a bias per output channel. */
  readonly madeParams: number;
}

/**
 * Every node that the graph's `foldBatchNorm` would change or drop. That depends on how the graph is wired and on no
 * weight, so a network can be counted before it has any.
 */
export function foldingOf(graph: Graph): ReadonlyMap<Node, NodeFolding> {
  const uses = usesOf(graph);
  const producers = producersOf(graph);
  const sizes = new Map(graph.parameters.map(({ name, shape }) => [name, elementCount(shape)]));
  const folding = new Map<Node, NodeFolding>();
  for (const norm of graph.nodes) {
    if (norm.op !== 'batch-norm') continue;
    const node = producers.get(norm.inputs[0] as string);
    const index = node && weightIndexOf[node.op];
    if (node === undefined || index === undefined) continue;
    // Who else reads the convolution's result would read a normalized one.
    if (uses.get(node.outputs[0] as string)?.length !== 1) continue;
    if (!node.inputs.slice(index).every((name) => sizes.has(name))) continue;
    const weight = sizes.get(node.inputs[index] as string) ?? 0;
    const channels = sizes.get(norm.inputs[1] as string) ?? 0;
    folding.set(node, { keptInputs: index, madeParams: weight + channels });
    folding.set(norm, { keptInputs: 0, madeParams: 0 });
  }
  return folding;
}
