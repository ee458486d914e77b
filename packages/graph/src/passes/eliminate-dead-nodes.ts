import type { Network } from '../types.js';
import { expectNetwork } from '../well-formed.js';

/** Drops nodes whose results reach no output, and parameters that no remaining node reads. Inputs stay. */
export function eliminateDeadNodes(network: Network): Network {
  expectNetwork(network);
  const { graph, weights } = network;
  const live = new Set(graph.outputs);
  const nodes = graph.nodes
    .toReversed()
    .filter((node) => {
      if (!node.outputs.some((output) => live.has(output))) return false;
      for (const input of node.inputs) live.add(input);
      return true;
    })
    .toReversed();
  return {
    graph: { ...graph, nodes, parameters: graph.parameters.filter(({ name }) => live.has(name)) },
    weights: new Map([...weights].filter(([name]) => live.has(name))),
  };
}
