import type { Random } from '@sepconv/tensor';

/** All units of a step, 0 … `units` − 1, in at most eight pieces in random order. */
export function randomPieces(
  units: number,
  random: Random,
): readonly (readonly [first: number, end: number])[] {
  const cuts = Array.from({ length: Math.min(units - 1, 7) }, () => random.integer(units));
  const ends = [...new Set([0, ...cuts, units])].sort((a, b) => a - b);
  return ends
    .slice(1)
    .map((end, index) => ({ piece: [ends[index]!, end] as const, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ piece }) => piece);
}
