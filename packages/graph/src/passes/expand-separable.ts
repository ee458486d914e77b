import { GraphError } from '../errors.js';
import type { Graph, Node, NodeOf } from '../types.js';
import { expectGraph } from '../well-formed.js';

function expand(node: NodeOf<'separable-conv2d'>): readonly Node[] {
  const [input, depthwiseWeight, pointwiseWeight, ...bias] = node.inputs;
  if (input === undefined || depthwiseWeight === undefined || pointwiseWeight === undefined) {
    throw new GraphError(
      `separable-conv2d "${node.name}" needs an input and two weights, but has ${node.inputs.length} inputs`,
    );
  }
  const middle = `${node.name}/depthwise`;
  return [
    {
      name: middle,
      op: 'depthwise-conv2d',
      inputs: [input, depthwiseWeight],
      outputs: [middle],
      attributes: node.attributes,
    },
    {
      name: node.name,
      op: 'pointwise-conv2d',
      inputs: [middle, pointwiseWeight, ...bias],
      outputs: node.outputs,
      attributes: {},
    },
  ];
}

/** Replaces every separable-conv2d by the depthwise-conv2d and the pointwise-conv2d that it is defined as. */
export function expandSeparable(graph: Graph): Graph {
  expectGraph(graph);
  return {
    ...graph,
    nodes: graph.nodes.flatMap((node) => (node.op === 'separable-conv2d' ? expand(node) : [node])),
  };
}
