import type { Graph } from '@sepconv/graph';

/** A measuring function for tests: times are what a price says of each graph. */
export const measureBy =
  (price: (graph: Graph) => number) =>
  (graphs: Readonly<Record<string, Graph>>): Record<string, number> =>
    Object.fromEntries(Object.entries(graphs).map(([name, graph]) => [name, price(graph)]));
