/** @file What each pass over memory costs, where a network's activations, additions and normalizations cost no pass of their own. */
import { fuseGraph, type Graph } from '@sepconv/graph';
import { byteLength } from '@sepconv/tensor';
import { costOf } from './cost.js';
import { intensityOf } from './groups.js';
import type { LayerCost } from './types.js';

/** A layer with all that is done in its store. */
export interface PassCost
  extends Pick<
    LayerCost,
    'name' | 'block' | 'type' | 'macs' | 'flops' | 'intensity' | 'readBytes' | 'writtenBytes'
  > {
  /** Names of the nodes that it computes, in order, the layer's own first. */
  readonly nodes: readonly string[];
}

/**
 * The passes over memory of a network as an engine runs it: BatchNorms folded into the layers before them, activations and
 * residual additions done in the store, an op that only renames its input not at all. What a roofline is drawn of: `costOf`
 * counts every node as a pass of its own, which is what an engine without fusion does.
 *
 * @throws {CostError} when an op has no formula or a count is above `Number.MAX_SAFE_INTEGER`.
 * @throws {GraphError} when the graph contradicts itself.
 *
 * @example
 * passesOf(mobileNetV1()).length; // 30: 27 convolutions, the mean, the dense layer and the softmax
 */
export function passesOf(graph: Graph): readonly PassCost[] {
  const fused = fuseGraph(graph);
  const costs = new Map(costOf(fused.graph).layers.map((layer) => [layer.name, layer]));
  return fused.nodes.map(({ node, names, addend }) => {
    const { name, block, type, macs, flops, readBytes, writtenBytes } = costs.get(node.name) as LayerCost;
    const added = addend === undefined ? undefined : fused.types.get(addend);
    const allRead = readBytes + (added === undefined ? 0 : byteLength(added));
    const intensity = intensityOf(flops, allRead + writtenBytes);
    return { name, block, type, nodes: names, macs, flops, readBytes: allRead, writtenBytes, intensity };
  });
}
