/**
 * @file Placing buffers of known lifetime in one arena. Finding the smallest arena is NP-hard (dynamic storage
 * allocation), so a few cheap orders are tried and the best result is kept. Two of them are exact where it matters
 * most: for a chain of layers, where only neighbours live together, placing buffers alternately at the two ends of the
 * arena needs no more than the largest sum over the steps, which is a lower bound for any placement.
 *
 * Source of the greedy orders: Pisarchyk and Lee 2020, arXiv:2001.03288.
 */

import { GraphError } from '../errors.js';
import { countBefore, LiveTogether } from './live-together.js';

/** A buffer that needs `bytes` from step `start` to step `end`, both included; steps are integers, and `end` is no earlier. */
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

/** Free bytes between used ones. */
interface Gap {
  readonly from: number;
  readonly to: number;
}

/** The smallest of the gaps that hold so many bytes, and of equal ones the first. */
function bestFit(gaps: readonly Gap[], bytes: number): number {
  let best = -1;
  let least = Infinity;
  gaps.forEach(({ from, to }, index) => {
    if (to - from < bytes || (best !== -1 && to - from >= least)) return;
    best = index;
    least = to - from;
  });
  return best;
}

/** Gives bytes back to gaps in order of their offsets. */
function release(gaps: Gap[], { offset, bytes }: Placed): void {
  const index = countBefore(gaps.length, (gap) => (gaps[gap] as Gap).from < offset);
  const [before, behind] = [gaps[index - 1], gaps[index]];
  const end = offset + bytes;
  const from = before?.to === offset ? before.from : offset;
  const to = behind?.from === end ? behind.to : end;
  const first = from < offset ? index - 1 : index;
  gaps.splice(first, (to > end ? index + 1 : index) - first, { from, to });
}

/**
 * Places buffers in order of their start, each in the gap that `choose` takes, at its bottom or its top; nothing when it takes none.
 * What was placed before and is not gone lives together with the next one, so the gaps are kept from one to the next.
 */
function placeByStart(
  order: readonly ArenaBuffer[],
  size: number,
  choose: (gaps: readonly Gap[], buffer: ArenaBuffer) => { readonly index: number; readonly atTop: boolean },
): readonly Placed[] | undefined {
  const gaps: Gap[] = [{ from: 0, to: size }];
  const placed = new Map<ArenaBuffer, Placed>();
  const byEnd = order.toSorted((a, b) => a.end - b.end);
  let gone = 0;
  for (const buffer of order) {
    for (; (byEnd[gone] as ArenaBuffer).end < buffer.start; gone++)
      release(gaps, placed.get(byEnd[gone] as ArenaBuffer) as Placed);
    const { index, atTop } = choose(gaps, buffer);
    const gap = gaps[index];
    if (gap === undefined) return undefined;
    const { from, to } = gap;
    const offset = atTop ? to - buffer.bytes : from;
    const rest = atTop ? { from, to: offset } : { from: from + buffer.bytes, to };
    gaps.splice(index, 1, ...(rest.to > rest.from ? [rest] : []));
    placed.set(buffer, { ...buffer, offset });
  }
  return [...placed.values()];
}

/**
 * Alternately at the bottom and at the top of an arena of `size` bytes. What is gone after one step, a node's scratch memory,
 * takes whatever is free between and does not count in the alternation: the next result still goes to the end that the last
 * one is not at.
 */
function placeTwoEnded(order: readonly ArenaBuffer[], size: number): readonly Placed[] | undefined {
  let isNextAtTop = false;
  return placeByStart(order, size, (gaps, { bytes, start, end }) => {
    const atTop = isNextAtTop;
    if (end > start) isNextAtTop = !isNextAtTop;
    const holds = ({ from, to }: Gap): boolean => to - from >= bytes;
    return { index: atTop ? gaps.findLastIndex(holds) : gaps.findIndex(holds), atTop };
  });
}

/** The gaps among the placed buffers that live together with `buffer`, the last one open-ended. */
function gapsFor(buffer: ArenaBuffer, placed: LiveTogether<Placed>): Gap[] {
  const gaps: Gap[] = [];
  let from = 0;
  for (const { offset, bytes } of placed.with(buffer)) {
    if (offset > from) gaps.push({ from, to: offset });
    from = Math.max(from, offset + bytes);
  }
  gaps.push({ from, to: Infinity });
  return gaps;
}

/** Places buffers in any order, each into the smallest gap that holds it. */
function placeBestFit(order: readonly ArenaBuffer[]): readonly Placed[] {
  const placed = new LiveTogether<Placed>(order);
  for (const buffer of order) {
    const gaps = gapsFor(buffer, placed);
    placed.add({ ...buffer, offset: (gaps[bestFit(gaps, buffer.bytes)] as Gap).from });
  }
  return placed.all;
}

/** The largest sum of live bytes, by going through the starts and the ends in order. */
function lowerBoundOf(byStart: readonly ArenaBuffer[]): number {
  const byEnd = byStart.toSorted((a, b) => a.end - b.end);
  let [gone, live, most] = [0, 0, 0];
  for (const { start, bytes } of byStart) {
    for (; (byEnd[gone] as ArenaBuffer).end < start; gone++) live -= (byEnd[gone] as ArenaBuffer).bytes;
    live += bytes;
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
  const isNumber = (value: unknown): boolean => typeof value === 'number';
  const isBuffer = (buffer: ArenaBuffer): boolean =>
    [buffer?.bytes, buffer?.start, buffer?.end].every(isNumber);
  if (
    !Array.isArray(buffers) ||
    !buffers.every(isBuffer) ||
    typeof alignment !== 'number' ||
    !(alignment > 0)
  ) {
    throw new GraphError(
      'an arena is planned for a list of { id, bytes, start, end }, with an alignment above 0',
    );
  }
  const aligned = buffers.flatMap((buffer) =>
    buffer.bytes === 0 ? [] : [{ ...buffer, bytes: Math.ceil(buffer.bytes / alignment) * alignment }],
  );
  const byStart = aligned.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const lowerBound = lowerBoundOf(byStart);
  const longestFirst = (a: ArenaBuffer, b: ArenaBuffer): number => b.end - b.start - (a.end - a.start);
  const candidates = [
    () => placeTwoEnded(byStart, lowerBound),
    () => placeBestFit(aligned.toSorted((a, b) => b.bytes - a.bytes || longestFirst(a, b))),
    () => placeBestFit(aligned.toSorted((a, b) => longestFirst(a, b) || b.bytes - a.bytes)),
    () =>
      placeByStart(byStart, Infinity, (gaps, { bytes }) => ({ index: bestFit(gaps, bytes), atTop: false })),
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
  const offsets = new Map(buffers.map(({ id }) => [id, 0]));
  for (const { id, offset } of placed) offsets.set(id, offset);
  return { offsets, bytes, lowerBound };
}
