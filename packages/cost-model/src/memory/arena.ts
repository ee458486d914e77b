/** @file From a schedule to buffers, to an arena, and to what is alive at each step. */
import { planArena } from '@sepconv/graph';
import type { MemorySchedule } from './schedule.js';

/** The element type that activations are held in. */
export type ActivationType = 'float32' | 'int8';

/** Something that takes memory. */
export interface LiveTensor {
  /** The value's name, or `scratch`. */
  readonly value: string;
  readonly bytes: number;
}

/** What is alive while one step runs. */
export interface MemoryMoment {
  readonly step: number;
  /** The nodes that the step computes. */
  readonly nodes: readonly string[];
  /** Of all live tensors together. */
  readonly bytes: number;
  /** The largest first. */
  readonly live: readonly LiveTensor[];
}

interface Span extends LiveTensor {
  start: number;
  end: number;
}

const bytesPerFloat = { float32: 4, int8: 1 } as const;

/** When every value and every scratch is alive, in the order in which they are made; steps are counted from 0. */
function spansOf({ inputs, steps, outputs }: MemorySchedule, type: ActivationType): Span[] {
  const scale = bytesPerFloat[type] / 4;
  const spans: Span[] = [];
  const byValue = new Map<string, Span>();
  const add = (value: string, bytes: number, start: number, end: number): void => {
    const span = { value, bytes: Math.ceil(bytes * scale), start, end };
    spans.push(span);
    byValue.set(value, span);
  };
  for (const { value, bytes } of inputs) add(value, bytes, -1, -1);
  steps.forEach(({ reads, output, outputBytes, scratchBytes, outputFrom }, step) => {
    const start = outputFrom ?? step;
    // Several steps may each write a part of one value.
    const made = byValue.get(output);
    if (made === undefined) add(output, outputBytes, start, Math.max(start, step));
    else made.end = Math.max(made.end, step);
    if (scratchBytes > 0) {
      spans.push({ value: 'scratch', bytes: Math.ceil(scratchBytes * scale), start: step, end: step });
    }
    for (const value of reads) {
      const span = byValue.get(value);
      if (span !== undefined) span.end = Math.max(span.end, step);
    }
  });
  for (const value of outputs) {
    const span = byValue.get(value);
    if (span !== undefined) span.end = steps.length;
  }
  return spans;
}

/** The last step that reads each value; the number of steps for an output. */
export function lastReads(schedule: MemorySchedule): ReadonlyMap<string, number> {
  return new Map(spansOf(schedule, 'float32').map(({ value, end }) => [value, end]));
}

/** The bytes of the arena in which all buffers of a schedule fit, as the engine's own planner places them. */
export function arenaOf(
  schedule: MemorySchedule,
  type: ActivationType,
): { readonly bytes: number; readonly lowerBound: number } {
  const buffers = spansOf(schedule, type).map(({ bytes, start, end }, index) => ({
    id: String(index),
    bytes,
    start,
    end,
  }));
  return planArena(buffers, schedule.alignment);
}

/** What is alive at every step. */
export function timelineOf(schedule: MemorySchedule, type: ActivationType): readonly MemoryMoment[] {
  const starting = new Map<number, { readonly span: Span; readonly index: number }[]>();
  spansOf(schedule, type).forEach((span, index) => {
    const from = Math.max(0, span.start);
    const others = starting.get(from);
    if (others === undefined) starting.set(from, [{ span, index }]);
    else others.push({ span, index });
  });
  let alive: { readonly span: Span; readonly index: number }[] = [];
  return schedule.steps.map(({ nodes }, step) => {
    alive = [...alive, ...(starting.get(step) ?? [])].filter(({ span }) => span.end >= step);
    const live = alive
      .toSorted((a, b) => b.span.bytes - a.span.bytes || a.index - b.index)
      .map(({ span: { value, bytes } }) => ({ value, bytes }));
    return { step, nodes, bytes: live.reduce((sum, { bytes }) => sum + bytes, 0), live };
  });
}
