import { byteLength } from '@sepconv/tensor';
import type { ScheduledStep } from './nodes.js';
import type { PlanContext } from './step.js';

/** A step, as far as memory cares. */
export interface MemoryStep {
  /** The nodes of the network that it computes; padding that a convolution needs carries the convolution's name. */
  readonly nodes: readonly string[];
  /** Values of the arena that it reads; one that is another under a second shape has the other's name. */
  readonly reads: readonly string[];
  /** The value that it writes. */
  readonly output: string;
  readonly outputBytes: number;
  /** Bytes that it needs only while it runs. */
  readonly scratchBytes: number;
}

/**
 * What an engine runs in which order and what that reads and writes: plain data, from which `@sepconv/cost-model` predicts
 * the arena without knowing the engine.
 */
export interface MemorySchedule {
  readonly inputs: readonly { readonly value: string; readonly bytes: number }[];
  readonly steps: readonly MemoryStep[];
  readonly outputs: readonly string[];
  /** Every buffer of the arena is rounded up to a multiple of so many bytes. */
  readonly alignment: number;
}

/** The steps of a network, as far as memory cares. */
export function memorySchedule(
  { graph, types, views }: PlanContext,
  steps: readonly ScheduledStep[],
  alignment: number,
): MemorySchedule {
  return {
    inputs: graph.inputs.map(({ name }) => {
      const type = types.get(name);
      return { value: name, bytes: type === undefined ? 0 : byteLength(type) };
    }),
    steps: steps.map(({ nodes, operands, output, outputBytes }) => ({
      nodes,
      reads: operands.flatMap((operand) =>
        operand.kind === 'value' && operand.value !== output ? [operand.value] : [],
      ),
      output,
      outputBytes,
      scratchBytes: operands.reduce((sum, o) => sum + (o.kind === 'scratch' ? o.bytes : 0), 0),
    })),
    outputs: graph.outputs.map((output) => views.get(output) ?? output),
    alignment,
  };
}
