import type { Network } from '../types.js';

/** Drops nodes whose results reach no output, and parameters that no remaining node reads. Inputs stay. */
export function eliminateDeadNodes({ graph, weights }: Network): Network {
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
