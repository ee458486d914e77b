/** @file From a schedule to buffers, to an arena, and to what is alive at each step. */
import { type MemorySchedule, planArena } from '@sepconv/graph';

/**
 * The element type that activations are held in; `'own'` is the network's: real numbers as float32, integers as they are.
 */
export type ActivationType = 'float32' | 'int8' | 'own';

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

/** A schedule has the network's own bytes. */
const bytesPerFloat = { float32: 4, int8: 1, own: 4 } as const;

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

/** The spans that are alive at a step, of those in order of their start. Going forward costs what starts and ends on the way. */
function aliveIn(spans: readonly Span[]): (step: number) => readonly Span[] {
  let [at, begun, alive]: [number, number, readonly Span[]] = [-1, 0, []];
  return (step) => {
    if (step < at) [begun, alive] = [0, []];
    const known = begun;
    while ((spans[begun]?.start ?? Infinity) <= step) begun++;
    alive = [...alive, ...spans.slice(known, begun)].filter(({ end }) => end >= step);
    at = step;
    return alive;
  };
}

/**
 * What is alive at every step. The names are listed when they are asked for: where a thousand results wait for one step, the lists
 * of all steps are as long as the square of their number.
 */
export function timelineOf(schedule: MemorySchedule, type: ActivationType): readonly MemoryMoment[] {
  const spans = spansOf(schedule, type)
    .map((span) => ({ ...span, start: Math.max(0, span.start) }))
    .filter(({ start, end }) => start <= end)
    .sort((a, b) => a.start - b.start);
  const more = new Float64Array(schedule.steps.length + 2);
  for (const { start, end, bytes } of spans) {
    more[start] = (more[start] as number) + bytes;
    more[end + 1] = (more[end + 1] as number) - bytes;
  }
  const aliveAt = aliveIn(spans);
  let sum = 0;
  return schedule.steps.map(({ nodes }, step) => {
    sum += more[step] as number;
    return {
      step,
      nodes,
      bytes: sum,
      get live() {
        return aliveAt(step)
          .toSorted((a, b) => b.bytes - a.bytes)
          .map(({ value, bytes }) => ({ value, bytes }));
      },
    };
  });
}
