/** @file The best of the boxes that a detector gives. */
import { selectBoxes } from '@sepconv/graph';
import type { Candidates } from './candidates.js';

/** How the best are chosen. */
export interface Selection {
  readonly count: number;
  readonly leastScore: number;
  readonly mostOverlap: number;
  readonly isAveraged: boolean;
}

/** A box that was chosen, in pixels of the input. */
export interface SelectedBox {
  readonly index: number;
  readonly score: number;
  /** Top, left, bottom, right. */
  readonly sides: readonly number[];
  /** x and y of its points. */
  readonly points: readonly number[];
}

function boxOf({ boxes, points }: Candidates, box: number): { sides: number[]; points: number[] } {
  const own = points === undefined ? 0 : points.length / (boxes.length / 4);
  return {
    sides: Array.from(boxes.subarray(4 * box, 4 * box + 4)),
    points: Array.from(points?.subarray(own * box, own * (box + 1)) ?? []),
  };
}

/** Intersection over union. */
function overlap(boxes: Float32Array, i: number, j: number): number {
  const side = (box: number, at: number): number => boxes[4 * box + at] as number;
  const area = (box: number): number => (side(box, 2) - side(box, 0)) * (side(box, 3) - side(box, 1));
  const shared = (axis: 0 | 1): number =>
    Math.max(0, Math.min(side(i, axis + 2), side(j, axis + 2)) - Math.max(side(i, axis), side(j, axis)));
  const both = shared(0) * shared(1);
  return both === 0 ? 0 : both / (area(i) + area(j) - both);
}

/** Means of all that the best box overlaps, by their scores. Source: MediaPipe's non_max_suppression_calculator.cc, `WEIGHTED`. */
function averaged(candidates: Candidates, { count, leastScore, mostOverlap }: Selection): SelectedBox[] {
  const { boxes, scores } = candidates;
  const score = (box: number): number => scores[box] as number;
  let left = Array.from(scores.keys())
    .filter((box) => score(box) >= leastScore)
    .sort((a, b) => score(b) - score(a));
  const result: SelectedBox[] = [];
  while (left.length > 0 && result.length < count) {
    const [best] = left as [number, ...number[]];
    const near = left.filter((box) => box === best || overlap(boxes, best, box) > mostOverlap);
    const total = near.reduce((sum, box) => sum + score(box), 0);
    const all = near.map((box) => ({ weight: score(box) / total, ...boxOf(candidates, box) }));
    const mean = (of: 'sides' | 'points'): number[] =>
      (all[0]?.[of] ?? []).map((_, i) =>
        all.reduce((sum, { weight, [of]: own }) => sum + weight * (own[i] ?? 0), 0),
      );
    result.push({ index: 0, score: score(best), sides: mean('sides'), points: mean('points') });
    left = left.filter((box) => !near.includes(box));
  }
  return result;
}

/** The best boxes, the surest first. */
export function selectBest(candidates: Candidates, selection: Selection): SelectedBox[] {
  if (selection.isAveraged && candidates.classes === 1) return averaged(candidates, selection);
  const { count } = selection;
  const rows = selectBoxes(candidates, { ...selection, perClass: count, order: 'score' });
  return Array.from({ length: count }, (_, i) => rows.slice(3 * i, 3 * i + 3))
    .filter(([box = -1]) => box >= 0)
    .map(([box = 0, index = 0, score = 0]) => ({ index, score, ...boxOf(candidates, box) }));
}
