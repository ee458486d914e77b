import type { Graph, Node } from '../types.js';
import { expectGraph } from '../well-formed.js';

/** Who reads each value, in order of the nodes; a graph output counts as `'output'`. */
export function usesOf(graph: Graph): ReadonlyMap<string, readonly (Node | 'output')[]> {
  expectGraph(graph);
  const uses = new Map<string, (Node | 'output')[]>();
  const add = (value: string, user: Node | 'output'): void => {
    const users = uses.get(value);
    if (users === undefined) uses.set(value, [user]);
    else users.push(user);
  };
  for (const node of graph.nodes) for (const input of node.inputs) add(input, node);
  for (const output of graph.outputs) add(output, 'output');
  return uses;
}

/** Which node defines each value. */
export function producersOf(graph: Graph): ReadonlyMap<string, Node> {
  expectGraph(graph);
  return new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
}
