/**
 * @file Placing buffers of known lifetime in one arena. Finding the smallest arena is NP-hard (dynamic storage
 * allocation), so a few cheap orders are tried and the best result is kept. Two of them are exact where it matters
 * most: for a chain of layers, where only neighbours live together, placing buffers alternately at the two ends of the
 * arena needs no more than the largest sum over the steps, which is a lower bound for any placement.
 *
 * Source of the greedy orders: Pisarchyk and Lee 2020, arXiv:2001.03288.
 */

import { LiveTogether } from './live-together.js';

/** A buffer that needs `bytes` from step `start` to step `end`, both included. */
export interface ArenaBuffer {
  readonly id: string;
  readonly bytes: number;
  readonly start: number;
  readonly end: number;
}

/** Where every buffer lies. */
export interface ArenaPlan {
  /** Byte offsets from the start of the arena, multiples of the alignment. */
  readonly offsets: ReadonlyMap<string, number>;
  /** The arena's size. */
  readonly bytes: number;
  /** The largest, over the steps, of the bytes that live at that step: no arena can be smaller. */
  readonly lowerBound: number;
}

interface Placed extends ArenaBuffer {
  readonly offset: number;
}

/** Free intervals among the placed buffers that live together with `buffer`, the last one open-ended. */
function gapsFor(buffer: ArenaBuffer, placed: LiveTogether<Placed>): { from: number; to: number }[] {
  const neighbours = placed.with(buffer).sort((a, b) => a.offset - b.offset);
  const gaps: { from: number; to: number }[] = [];
  let from = 0;
  for (const { offset, bytes } of neighbours) {
    if (offset > from) gaps.push({ from, to: offset });
    from = Math.max(from, offset + bytes);
  }
  gaps.push({ from, to: Infinity });
  return gaps;
}

/** Places buffers in the given order, each into the smallest gap that holds it. */
function placeBestFit(order: readonly ArenaBuffer[]): readonly Placed[] {
  const placed = new LiveTogether<Placed>(order);
  for (const buffer of order) {
    const fitting = gapsFor(buffer, placed).filter(({ from, to }) => to - from >= buffer.bytes);
    const gap = fitting.reduce((best, gap) => (gap.to - gap.from < best.to - best.from ? gap : best));
    placed.add({ ...buffer, offset: gap.from });
  }
  return placed.all;
}

/**
 * Places buffers in order of their start, alternately at the bottom and at the top of an arena of `size` bytes. What is
 * gone after one step, a node's scratch memory, takes whatever is free between and does not count in the alternation:
 * the next result still goes to the end that the last one is not at.
 */
function placeTwoEnded(order: readonly ArenaBuffer[], size: number): readonly Placed[] | undefined {
  const placed = new LiveTogether<Placed>(order);
  let atTop = false;
  for (const buffer of order) {
    const gaps = gapsFor(buffer, placed)
      .map(({ from, to }) => ({ from, to: Math.min(to, size) }))
      .filter(({ from, to }) => to - from >= buffer.bytes);
    const gap = atTop ? gaps.at(-1) : gaps[0];
    if (gap === undefined) return undefined;
    placed.add({ ...buffer, offset: atTop ? gap.to - buffer.bytes : gap.from });
    if (buffer.end > buffer.start) atTop = !atTop;
  }
  return placed.all;
}

/** The largest sum of live bytes, by going through the starts and the ends in order. */
function lowerBoundOf(byStart: readonly ArenaBuffer[]): number {
  const byEnd = byStart.toSorted((a, b) => a.end - b.end);
  let [gone, live, most] = [0, 0, 0];
  for (const { start, end, bytes } of byStart) {
    for (; (byEnd[gone]?.end ?? Infinity) < start; gone++) {
      const { start: from, end: to, bytes: left } = byEnd[gone] as ArenaBuffer;
      if (from <= to) live -= left;
    }
    if (start <= end) live += bytes;
    most = Math.max(most, live);
  }
  return most;
}

/**
 * Offsets for buffers in one arena, so that buffers that live together do not overlap.
 *
 * @param alignment every size is rounded up to a multiple of it, 16 bytes by default.
 */
export function planArena(buffers: readonly ArenaBuffer[], alignment = 16): ArenaPlan {
  const aligned = buffers.map((buffer) => ({
    ...buffer,
    bytes: Math.ceil(buffer.bytes / alignment) * alignment,
  }));
  const byStart = aligned.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const lowerBound = lowerBoundOf(byStart);
  const longestFirst = (a: ArenaBuffer, b: ArenaBuffer): number => b.end - b.start - (a.end - a.start);
  const candidates = [
    () => placeTwoEnded(byStart, lowerBound),
    () => placeBestFit(aligned.toSorted((a, b) => b.bytes - a.bytes || longestFirst(a, b))),
    () => placeBestFit(aligned.toSorted((a, b) => longestFirst(a, b) || b.bytes - a.bytes)),
    () => placeBestFit(byStart),
  ];
  let best: { placed: readonly Placed[]; bytes: number } | undefined;
  for (const candidate of candidates) {
    const placed = candidate();
    if (placed === undefined) continue;
    const bytes = placed.reduce((most, buffer) => Math.max(most, buffer.offset + buffer.bytes), 0);
    if (best === undefined || bytes < best.bytes) best = { placed, bytes };
    if (bytes === lowerBound) break;
  }
  const { placed, bytes } = best as NonNullable<typeof best>;
  return { offsets: new Map(placed.map(({ id, offset }) => [id, offset])), bytes, lowerBound };
}
