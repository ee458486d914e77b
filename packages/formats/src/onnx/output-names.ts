import type { Graph, Node } from '@sepconv/graph';
import type { ImportedOutput } from '../imported-network.js';
import { shorten } from './context.js';

/**
 * Gives the outputs the names that they have in the file. The op of an output has that name already; where elements had to
 * move behind it, or a shape had to change, what comes last takes the name and gives the op its own.
 */
export function withFileNames(
  graph: Graph,
  outputs: readonly ImportedOutput[],
  fileNames: readonly string[],
): {
  readonly graph: Graph;
  readonly outputs: readonly ImportedOutput[];
  /** What a value of the graph that was given is called now. */
  renamed(name: string): string;
} {
  const computed = new Set(graph.nodes.flatMap((node) => node.outputs));
  const taken = new Set(graph.outputs);
  const swapped = new Map<string, string>();
  outputs.forEach(({ name }, i) => {
    const wanted = shorten(fileNames[i] ?? name);
    // A name that somebody may ask for by itself stays where it is.
    if (wanted === name || taken.has(wanted) || swapped.has(name)) return;
    if (!computed.has(wanted) || !computed.has(name)) return;
    swapped.set(name, wanted).set(wanted, name);
  });
  const renamed = (name: string): string => swapped.get(name) ?? name;
  if (swapped.size === 0) return { graph, outputs, renamed };
  const nodes = graph.nodes.map((node) => {
    const [inputs, results] = [node.inputs.map(renamed), node.outputs.map(renamed)];
    return { ...node, name: renamed(node.name), inputs, outputs: results } as Node;
  });
  return {
    graph: { ...graph, nodes, outputs: graph.outputs.map(renamed) },
    outputs: outputs.map((output) => ({
      ...output,
      name: renamed(output.name),
      ...(output.count !== undefined && { count: renamed(output.count) }),
    })),
    renamed,
  };
}
