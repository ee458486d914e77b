/** @file What runs in which order and what it reads and writes: the plain data from which memory is predicted. */
import { type FusedGraph, fuseGraph, type Graph, unfusedGraph, type ValueType } from '@sepconv/graph';
import { byteLength } from '@sepconv/tensor';

/** One step of a schedule. The engine's has the same fields, so what `predictSchedule` gives fits here as it is. */
export interface MemoryStep {
  /** Names of the nodes that it computes, the first one first. */
  readonly nodes: readonly string[];
  /** Values of the arena that it reads: parameters are not among them. */
  readonly reads: readonly string[];
  readonly output: string;
  /** As float32. */
  readonly outputBytes: number;
  /** Bytes that it needs only while it runs, as float32. */
  readonly scratchBytes: number;
  /** The step from which the output has memory of its own. Default this one. */
  readonly outputFrom?: number;
}

/** A network as a list of steps. */
export interface MemorySchedule {
  readonly inputs: readonly { readonly value: string; readonly bytes: number }[];
  readonly steps: readonly MemoryStep[];
  readonly outputs: readonly string[];
  /** Every buffer of the arena is rounded up to a multiple of so many bytes. */
  readonly alignment: number;
}

/** The steps of a fused graph: one for each of its nodes, in order. */
export function scheduleOf({ graph, types, nodes, views }: FusedGraph): MemorySchedule {
  const parameters = new Set(graph.parameters.map(({ name }) => name));
  const resolve = (value: string): string => views.get(value) ?? value;
  const bytesOf = (value: string): number => byteLength(types.get(value) as ValueType);
  return {
    inputs: graph.inputs.map(({ name }) => ({ value: name, bytes: bytesOf(name) })),
    steps: nodes.map(({ node, names, addend = [], output }) => ({
      nodes: names,
      reads: [...new Set(node.inputs.concat(addend).map(resolve))].filter((value) => !parameters.has(value)),
      output,
      outputBytes: bytesOf(output),
      scratchBytes: 0,
    })),
    outputs: graph.outputs.map(resolve),
    alignment: 16,
  };
}

/**
 * The schedule of a graph without an engine, as the engine of `@sepconv/kernels` fuses it: one step for each node in the graph's
 * order, where activations and residual additions are done in the store of the step before. Separable convolutions are two nodes,
 * and a BatchNorm that folds is none.
 *
 * @param options.fuse `false` for a step and a buffer for every node. Default `true`.
 * @throws {GraphError} when the graph contradicts itself.
 */
export function graphSchedule(
  graph: Graph,
  { fuse = true }: { readonly fuse?: boolean } = {},
): MemorySchedule {
  return scheduleOf((fuse ? fuseGraph : unfusedGraph)(graph));
}
