/** @file What runs in which order and what it reads and writes: the plain data from which memory is predicted. */
import { byteLength } from '@sepconv/tensor';
import { GraphError } from '../errors.js';
import { expectGraph } from '../well-formed.js';
import type { FusedGraph } from './fuse.js';

/** A step, as far as memory cares. */
export interface MemoryStep {
  /** Names of the nodes that it computes, in order; padding that a convolution needs carries the convolution's name. */
  readonly nodes: readonly string[];
  /** Values of the arena that it reads: no parameters, and of views the value that they are. */
  readonly reads: readonly string[];
  /** The value that it writes. */
  readonly output: string;
  readonly outputBytes: number;
  /** Bytes that it needs only while it runs. */
  readonly scratchBytes: number;
  /** The step from which the output has memory of its own. Default this one. */
  readonly outputFrom?: number;
}

/** A network as a list of steps, an engine's or one without any, from which the arena can be told to the byte. */
export interface MemorySchedule {
  readonly inputs: readonly { readonly value: string; readonly bytes: number }[];
  readonly steps: readonly MemoryStep[];
  readonly outputs: readonly string[];
  /** Every buffer of the arena is rounded up to a multiple of so many bytes. */
  readonly alignment: number;
}

/** The schedule of a graph that runs in these steps. */
export function memorySchedule(
  fused: Pick<FusedGraph, 'graph' | 'views'>,
  steps: readonly MemoryStep[],
  alignment: number,
): MemorySchedule {
  const { graph, views } = fused ?? {};
  expectGraph(graph);
  if (!(views instanceof Map))
    throw new GraphError('memory is scheduled for what fuseGraph or unfusedGraph gave');
  return {
    inputs: graph.inputs.map((input) => ({ value: input.name, bytes: byteLength(input) })),
    steps,
    outputs: graph.outputs.map((value) => views.get(value) ?? value),
    alignment,
  };
}
