import type { Graph } from '../types.js';

/** When a value must exist, in steps: node `i` runs at step `i`. Both ends are included. */
export interface Lifetime {
  readonly value: string;
  /** The step that writes it; −1 for an input of the network. */
  readonly start: number;
  /** The last step that reads it; the number of nodes for an output of the network. */
  readonly end: number;
}

/** Lifetimes of the inputs and of every node's results, in order of their start; parameters are not among them. */
export function lifetimesOf(graph: Graph): readonly Lifetime[] {
  const starts = new Map<string, number>();
  const ends = new Map<string, number>();
  for (const { name } of graph.inputs) starts.set(name, -1);
  graph.nodes.forEach((node, step) => {
    for (const input of node.inputs) ends.set(input, step);
    for (const output of node.outputs) starts.set(output, step);
  });
  for (const output of graph.outputs) ends.set(output, graph.nodes.length);
  return [...starts].map(([value, start]) => ({
    value,
    start,
    end: Math.max(start, ends.get(value) ?? start),
  }));
}
