/** @file Which layers of a network could be separable, and what that would save. The rewriting and the counting are cost-model's. */
import { CostError, costOf, type LayerCost, type NetworkCost, toSeparable } from '@sepconv/cost-model';
import type { Graph } from '@sepconv/graph';
import type { Shape } from '@sepconv/tensor';

/** Multiply-adds and trainable parameters. */
export interface Counts {
  readonly macs: number;
  readonly params: number;
}

/** A standard convolution and what would take its place. */
export interface LayerSavings {
  readonly name: string;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  readonly before: Counts;
  readonly after: Counts;
}

/** A network with all its standard convolutions replaced. */
export interface Savings {
  readonly before: Counts;
  readonly after: Counts;
  /** What saves most multiply-adds first. */
  readonly layers: readonly LayerSavings[];
}

const countsOf = ({ macs, params }: Pick<LayerCost, 'macs' | 'params'>): Counts => ({
  macs,
  params: params.trainable,
});

const together = (counts: readonly Counts[]): Counts =>
  counts.reduce((sum, { macs, params }) => ({ macs: sum.macs + macs, params: sum.params + params }), {
    macs: 0,
    params: 0,
  });

/** `undefined` when the network has no standard convolution of more than one pixel. */
export function savingsOf(graph: Graph, cost: NetworkCost): Savings | undefined {
  let rewritten: ReturnType<typeof toSeparable>;
  try {
    rewritten = toSeparable(graph);
  } catch (error) {
    if (error instanceof CostError) return undefined;
    throw error;
  }
  const after = costOf(rewritten.graph);
  const old = new Map(cost.layers.map((layer) => [layer.name, layer]));
  const now = new Map(after.layers.map((layer) => [layer.name, layer]));
  const layers = rewritten.replaced.map(({ node, after: names }): LayerSavings => {
    const layer = old.get(node)!;
    const { inputShape, outputShape } = layer;
    return {
      name: node,
      inputShape,
      outputShape,
      before: countsOf(layer),
      after: together(names.map((name) => countsOf(now.get(name)!))),
    };
  });
  const saved = ({ before, after: left }: LayerSavings) => before.macs - left.macs;
  return {
    before: countsOf(cost.totals),
    after: countsOf(after.totals),
    layers: layers.sort((a, b) => saved(b) - saved(a)),
  };
}
