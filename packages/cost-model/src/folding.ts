import { foldableNorms, type Graph, type Node } from '@sepconv/graph';
import { elementCount } from '@sepconv/tensor';

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
  const sizes = new Map(graph.parameters.map(({ name, shape }) => [name, elementCount(shape)]));
  const sizeOf = (name: string | undefined): number => sizes.get(name ?? '') ?? 0;
  return new Map(
    foldableNorms(graph).flatMap(({ norm, node, weightIndex }): [Node, NodeFolding][] => [
      [
        node,
        { keptInputs: weightIndex, madeParams: sizeOf(node.inputs[weightIndex]) + sizeOf(norm.inputs[1]) },
      ],
      [norm, { keptInputs: 0, madeParams: 0 }],
    ]),
  );
}
