/** @file Every network with a published accuracy and what it costs, counted at build time. */
import { costOf, peakMemory } from '@sepconv/cost-model';
import type { Graph } from '@sepconv/graph';
import { predictSchedule } from '@sepconv/kernels';
import { buildNetwork, type PublishedNetwork, publishedNetworks } from '@sepconv/mobilenet';
import type { Candidate } from '../islands/choose/candidates.js';

/**
 * Bytes of the parameters with weights in 8 bits: a byte for each weight and four for each number that is added to a sum
 * or normalizes it, with BatchNorm folded, as `sepconv quantize` writes them.
 */
export function int8Bytes(graph: Graph): number {
  const { weights, folded } = costOf(graph).totals.params;
  return weights + 4 * (folded - weights);
}

/** What one network costs, by the packages that the command asks, too. */
function candidateOf({ network, options, accuracy }: PublishedNetwork): Candidate {
  const graph = buildNetwork<string>(network, options);
  const { macs, params } = costOf(graph).totals;
  const schedule = predictSchedule(graph);
  return {
    id: graph.name,
    network,
    width: options.width ?? 1,
    resolution: options.resolution,
    top1: accuracy.top1,
    source: accuracy.source,
    link: accuracy.link,
    macs,
    params: params.trainable,
    size: int8Bytes(graph),
    memory: peakMemory(graph, { schedule }).arenaBytes,
    int8Memory: peakMemory(graph, { schedule, type: 'int8' }).arenaBytes,
  };
}

let counted: readonly Candidate[] | undefined;

/** All candidates, from the one with the fewest multiply-adds on. Counted once in a build. */
export function publishedRows(): readonly Candidate[] {
  counted ??= publishedNetworks()
    .map(candidateOf)
    .sort((a, b) => a.macs - b.macs);
  return counted;
}
