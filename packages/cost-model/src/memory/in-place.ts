/**
 * @file Depthwise convolutions that overwrite their input: no channel sees another, so a channel can be computed into a
 * scratch of its own size and then written where it came from.
 *
 * Source: Lin et al. 2020 (MCUNet), arXiv:2007.10319, and 2021 (MCUNetV2), arXiv:2110.15352.
 */
import type { FusedGraph, MemorySchedule, MemoryStep } from '@sepconv/graph';
import { lastReads } from './arena.js';

/** A schedule with depthwise convolutions in place. */
export interface InPlace {
  readonly schedule: MemorySchedule;
  /** The nodes that overwrite their input. */
  readonly nodes: readonly string[];
}

/** A step that is a single depthwise convolution with one output channel for each input channel, and may overwrite. */
interface Candidate {
  readonly index: number;
  readonly scratchBytes: number;
}

function candidatesOf({ types, nodes }: FusedGraph, schedule: MemorySchedule): Candidate[] {
  const firsts = new Map(nodes.map(({ node }) => [node.name, node]));
  const bytes = new Map<string, number>(schedule.inputs.map(({ value, bytes: size }) => [value, size]));
  for (const { output, outputBytes } of schedule.steps) bytes.set(output, outputBytes);
  const ends = lastReads(schedule);
  return schedule.steps.flatMap((step, index) => {
    // An engine's step may be several fused nodes in one.
    const [node, ...others] = step.nodes.flatMap((name) => firsts.get(name) ?? []);
    const [input] = step.reads;
    if (others.length > 0 || node?.op !== 'depthwise-conv2d' || input === undefined) return [];
    const channels = types.get(node.inputs[1] as string)?.shape[2] ?? 0;
    const isSameChannels = types.get(node.outputs[0] as string)?.shape[3] === channels;
    // A second reader later on would find the output.
    const fits = step.outputBytes <= (bytes.get(input) ?? 0) && ends.get(input) === index;
    return isSameChannels && fits ? [{ index, scratchBytes: step.outputBytes / channels }] : [];
  });
}

/**
 * Lets depthwise convolutions overwrite their input. The output has memory of its own from the step after: where it then
 * belongs elsewhere in the arena, it is moved.
 */
export function depthwiseInPlace(fused: FusedGraph, schedule: MemorySchedule): InPlace {
  const candidates = candidatesOf(fused, schedule);
  const steps: MemoryStep[] = [...schedule.steps];
  for (const { index, scratchBytes } of candidates) {
    const step = steps[index] as MemoryStep;
    steps[index] = {
      ...step,
      scratchBytes: step.scratchBytes + scratchBytes,
      outputFrom: step.outputFrom ?? index + 1,
    };
  }
  return {
    schedule: { ...schedule, steps },
    nodes: candidates.map(({ index }) => schedule.steps[index]?.nodes[0] as string),
  };
}
