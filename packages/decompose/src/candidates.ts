/** @file The convolutions of a network: which can be decomposed, and what each of their ranks costs. */
import { costOf } from '@sepconv/cost-model';
import type { Graph, Network, NodeOf, Parameter, ValueTypes } from '@sepconv/graph';
import { breakEvenRank } from './break-even.js';
import { type PreparedConv, prepareConv } from './decompose-conv2d.js';
import { withinLayer } from './errors.js';
import { mostTaps, type Order } from './layer-shape.js';
import type { MeasureGraphs } from './options.js';
import { layerGraph, nameGiver, separableNodes } from './rewrite.js';

/** A layer before and after. */
export interface Times {
  readonly before: number;
  readonly after: number;
}

/** A convolution that can be decomposed. */
export interface Candidate {
  readonly node: NodeOf<'conv2d'>;
  readonly conv: PreparedConv;
  readonly macsBefore: number;
  /** 1/R. */
  readonly breakEven: number;
  /** Multiply-adds of both steps, from the cost model. */
  macsAt(rank: number): number;
  /** Measures ranks side by side with the standard convolution, those that were not measured yet. */
  measure(ranks: readonly number[], measure: MeasureGraphs): Promise<void>;
  /** What was measured of a rank, or of the standard convolution alone. */
  timesAt(rank: number): Times | undefined;
}

/** A convolution that cannot, and why. */
export interface Unfit {
  readonly node: NodeOf<'conv2d'>;
  readonly macsBefore: number;
  readonly why: string;
}

function whyUnfit(
  node: NodeOf<'conv2d'>,
  { graph, weights }: Network,
  types: ValueTypes,
): string | undefined {
  const parameters = new Set(graph.parameters.map(({ name }) => name));
  if (!node.inputs.slice(1).every((name) => parameters.has(name) && weights.has(name))) {
    return 'its weight is computed by the network, so there is nothing to decompose ahead of time';
  }
  const [height = 0, width = 0, groupChannels] = types.get(node.inputs[1] as string)?.shape ?? [];
  if (height * width === 1) return 'a 1×1 window mixes channels only: it is the pointwise step already';
  if (node.attributes.groups > 1 && groupChannels === 1) return 'it is a depthwise convolution already';
  if (height * width > mostTaps)
    return `its window has ${height * width} taps, more than the ${mostTaps} that can be factored`;
  return undefined;
}

/** Every conv2d node in order, as a {@link Candidate} or as {@link Unfit}. */
export function convolutionsOf(
  network: Network,
  types: ValueTypes,
  order: Order,
): readonly (Candidate | Unfit)[] {
  const { graph, weights } = network;
  const costs = new Map(costOf(graph).layers.map(({ name, macs }) => [name, macs]));
  return graph.nodes.flatMap((node): (Candidate | Unfit)[] => {
    if (node.op !== 'conv2d') return [];
    const macsBefore = costs.get(node.name) as number;
    const why = whyUnfit(node, network, types);
    if (why !== undefined) return [{ node, macsBefore, why }];
    const [weight, bias] = node.inputs.slice(1).map((name) => weights.get(name));
    const { groups } = node.attributes;
    const conv = withinLayer(node.name, () =>
      prepareConv(weight!, { groups, order, ...(bias !== undefined && { bias }) }),
    );
    return [candidateOf(graph, types, node, conv, macsBefore)];
  });
}

function candidateOf(
  graph: Graph,
  types: ValueTypes,
  node: NodeOf<'conv2d'>,
  conv: PreparedConv,
  macsBefore: number,
): Candidate {
  const { layer, hasBias } = conv;
  const pixels = (value: string | undefined): number => {
    const [, height = 0, width = 0] = types.get(value as string)?.shape ?? [];
    return height * width;
  };
  const input = types.get(node.inputs[0] as string)!;
  const parameters = graph.parameters.filter(({ name }) => node.inputs.includes(name));
  const before = layerGraph(node.name, input, [node], parameters);
  const afterAt = (rank: number): Graph => {
    const { nodes, parameters: own } = separableNodes(node, layer, rank, hasBias, nameGiver(graph));
    return layerGraph(`${node.name} at rank ${rank}`, input, nodes, own as Parameter[]);
  };
  const times = new Map<number, Times>();
  return {
    node,
    conv,
    macsBefore,
    breakEven: breakEvenRank({
      kernel: [layer.kernelHeight, layer.kernelWidth],
      inputChannels: layer.channels,
      outputChannels: layer.filters,
      groups: layer.groups,
      order: layer.order,
      inputPixels: pixels(node.inputs[0]),
      outputPixels: pixels(node.outputs[0]),
    }).rank,
    macsAt: (rank) => costOf(afterAt(rank)).totals.macs,
    measure: async (ranks, measure) => {
      const missing = ranks.filter((rank) => !times.has(rank));
      if (missing.length === 0) return;
      const graphs = Object.fromEntries(missing.map((rank) => [`rank ${rank}`, afterAt(rank)]));
      const measured = await measure({ standard: before, ...graphs });
      for (const rank of missing) {
        times.set(rank, {
          before: measured.standard as number,
          after: measured[`rank ${rank}`] as number,
        });
      }
    },
    timesAt: (rank) => times.get(rank),
  };
}
