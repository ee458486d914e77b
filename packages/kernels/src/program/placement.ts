/** @file Where the buffers of a program lie: those that are kept one after the other, the others in one arena behind them. */
import { planArena } from '@sepconv/graph';

/** Bytes that steps are given the address of. Buffers are told apart by identity. */
export interface Buffer {
  readonly bytes: number;
  /** Whether it keeps its place, as weights and zeros do; others share the arena by their lifetimes. */
  readonly isKept: boolean;
}

/** A buffer, and a time at which it is needed: the number of a step, −1 before the first one. */
export type Use<B extends Buffer = Buffer> = readonly [buffer: B, time: number];

/** Where everything lies, in bytes. */
export interface Placement<B extends Buffer = Buffer> {
  addresses: ReadonlyMap<B, number>;
  /** Where the arena begins. */
  keptBytes: number;
  arenaBytes: number;
  /** The least that any arena of these buffers could have. */
  arenaLowerBound: number;
  /** All of it, and what kernels may read behind. */
  memoryBytes: number;
}

/** Every buffer begins at a multiple of so many bytes. */
export const alignment = 64;

/** The next multiple of {@link alignment}. */
export const align = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

/** Kernels may read up to a vector behind the last float of anything. */
export const readableSlack = 64;

/** First and last time of each buffer, in the order of their first mention. */
function lifetimesOf<B extends Buffer>(uses: Iterable<Use<B>>): Map<B, { start: number; end: number }> {
  const lifetimes = new Map<B, { start: number; end: number }>();
  for (const [buffer, time] of uses) {
    const known = lifetimes.get(buffer);
    if (known === undefined) lifetimes.set(buffer, { start: time, end: time });
    else {
      known.start = Math.min(known.start, time);
      known.end = Math.max(known.end, time);
    }
  }
  return lifetimes;
}

/** Places all buffers that are used. */
export function placeBuffers<B extends Buffer>(uses: Iterable<Use<B>>): Placement<B> {
  const addresses = new Map<B, number>();
  const shared: { buffer: B; id: string; bytes: number; start: number; end: number }[] = [];
  let keptBytes = 0;
  for (const [buffer, lifetime] of lifetimesOf(uses)) {
    if (buffer.isKept) {
      addresses.set(buffer, keptBytes);
      keptBytes = align(keptBytes + buffer.bytes);
    } else shared.push({ buffer, id: String(shared.length), bytes: buffer.bytes, ...lifetime });
  }
  const { offsets, bytes, lowerBound } = planArena(shared, alignment);
  for (const { buffer, id } of shared) addresses.set(buffer, keptBytes + (offsets.get(id) as number));
  return {
    addresses,
    keptBytes,
    arenaBytes: bytes,
    arenaLowerBound: lowerBound,
    memoryBytes: keptBytes + bytes + readableSlack,
  };
}
