/** @file What recognizers ask of a network around one node. */
import {
  inferTypes,
  type Network,
  type Node,
  producersOf,
  usesOf,
  type ValueTypes,
  type Weights,
} from '@sepconv/graph';

/** What is known while one node is looked at. */
export interface Surroundings {
  readonly weights: Weights;
  /** Nodes that are replaced front to back may be put in here. */
  readonly producers: Map<string, Node>;
  /** Who reads a value: nodes, as often as they do, and the network's outputs. */
  readers(value: string): readonly (Node | 'output')[];
  /** Whether the value has one reader and is no output, so that it may vanish. */
  isPrivate(value: string): boolean;
}

/** With the types of all values. */
export interface TypedSurroundings extends Surroundings {
  readonly types: ValueTypes;
}

/** The surroundings of all nodes of a network. */
export function surroundingsOf({ graph, weights }: Network): Surroundings {
  const uses = usesOf(graph);
  const readers = (value: string): readonly (Node | 'output')[] => uses.get(value) ?? [];
  return {
    weights,
    producers: new Map(producersOf(graph)),
    readers,
    isPrivate: (value) => {
      // A parameter may have as many readers as there are layers.
      const all = readers(value);
      return all.length === 1 && all[0] !== 'output';
    },
  };
}

/** {@link surroundingsOf} with the types of all values. */
export const typedSurroundingsOf = (network: Network): TypedSurroundings => ({
  ...surroundingsOf(network),
  types: inferTypes(network.graph),
});

/** The one number that a parameter holds, or `undefined`. */
export function scalarOf({ weights }: Surroundings, value: string): number | undefined {
  const data = weights.get(value)?.data;
  return data?.length === 1 ? data[0] : undefined;
}

/** The inputs of a two-input node in both orders. */
export function bothWays({ inputs }: Node): readonly (readonly [string, string])[] {
  const [a = '', b = ''] = inputs;
  return [
    [a, b],
    [b, a],
  ];
}
