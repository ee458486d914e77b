/** @file What runs in which order where there is no engine to say it. */
import {
  type FusedGraph,
  fuseGraph,
  type Graph,
  type MemorySchedule,
  memorySchedule,
  unfusedGraph,
  type ValueType,
} from '@sepconv/graph';
import { byteLength } from '@sepconv/tensor';

/** The steps of a fused graph: one for each of its nodes, in order. */
export function scheduleOf(fused: FusedGraph): MemorySchedule {
  const { graph, types, nodes, views } = fused;
  const parameters = new Set(graph.parameters.map(({ name }) => name));
  const steps = nodes.map(({ node, names, addend = [], output }) => {
    const read = node.inputs.concat(addend).map((value) => views.get(value) ?? value);
    return {
      nodes: names,
      reads: [...new Set(read)].filter((value) => !parameters.has(value)),
      output,
      outputBytes: byteLength(types.get(output) as ValueType),
      scratchBytes: 0,
    };
  });
  return memorySchedule(fused, steps, 16);
}

/**
 * The schedule of a graph without an engine, as the engine of `@sepconv/kernels` fuses it: one step for each node in the graph's
 * order, where activations and residual additions are done in the store of the step before. Separable convolutions are two nodes,
 * and a BatchNorm that folds is none.
 *
 * @param options.fuse `false` for a step and a buffer for every node. Default `true`.
 * @throws {GraphError} when the graph contradicts itself.
 */
export function graphSchedule(graph: Graph, options: { readonly fuse?: boolean } = {}): MemorySchedule {
  const { fuse = true } = options ?? {};
  return scheduleOf((fuse ? fuseGraph : unfusedGraph)(graph));
}
