/** @file What recognizers ask of a network around one node. */
import { type Network, type Node, producersOf, usesOf, type Weights } from '@sepconv/graph';

/** What is known while one node is looked at. */
export interface Surroundings {
  readonly weights: Weights;
  /** Nodes that are replaced front to back may be put in here. */
  readonly producers: Map<string, Node>;
  /** Whether the value has one reader and is no output, so that it may vanish. */
  isPrivate(value: string): boolean;
}

/** The surroundings of all nodes of a network. */
export function surroundingsOf({ graph, weights }: Network): Surroundings {
  const uses = usesOf(graph);
  const outputs = new Set(graph.outputs);
  return {
    weights,
    producers: new Map(producersOf(graph)),
    isPrivate: (value) => uses.get(value)?.length === 1 && !outputs.has(value),
  };
}

/** The inputs of a two-input node in both orders. */
export function bothWays({ inputs }: Node): readonly (readonly [string, string])[] {
  const [a = '', b = ''] = inputs;
  return [
    [a, b],
    [b, a],
  ];
}
