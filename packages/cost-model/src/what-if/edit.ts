/** @file Changing a graph without changing anybody's graph: nodes are replaced, and what nobody reads any more goes. */
import type { Graph, Node, Parameter } from '@sepconv/graph';

/** A layer that was replaced, and by what. */
export interface Replacement {
  /** The node that goes on under its name. */
  readonly node: string;
  /** All nodes that it stands for now; the first is the one that was replaced. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** A graph with other layers in it. */
export interface Rewritten {
  readonly graph: Graph;
  readonly replaced: readonly Replacement[];
}

/** Nodes and parameters that take the place of others. */
export interface Edit {
  /** Names of the nodes that go. */
  readonly removed: ReadonlySet<string>;
  /** By the name of the node at whose place they stand. */
  readonly inserted: ReadonlyMap<string, readonly Node[]>;
  readonly parameters: readonly Parameter[];
}

/** A name that no value, parameter or node of the graph has; what it gives is taken from then on. */
export function nameGiver(graph: Graph): (stem: string) => string {
  const taken = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.parameters.map(({ name }) => name),
    ...graph.nodes.flatMap(({ name, outputs }) => [name, ...outputs]),
  ]);
  return (stem) => {
    let name = stem;
    for (let count = 1; taken.has(name); count++) name = `${stem}_${count}`;
    taken.add(name);
    return name;
  };
}

/** The graph after an edit, without parameters that only removed nodes read. */
export function applyEdit(graph: Graph, { removed, inserted, parameters }: Edit, suffix: string): Graph {
  const nodes = graph.nodes.flatMap((node) => [
    ...(removed.has(node.name) ? [] : [node]),
    ...(inserted.get(node.name) ?? []),
  ]);
  const read = new Set([...nodes.flatMap(({ inputs }) => inputs), ...graph.outputs]);
  return {
    ...graph,
    name: `${graph.name}${suffix}`,
    nodes,
    parameters: [...graph.parameters, ...parameters].filter(({ name }) => read.has(name)),
  };
}
