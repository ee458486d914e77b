import { formatShape } from '@sepconv/tensor';
import type { OpContract } from './contract.js';
import { expectFinite, expectInteger, fail, inputAt, likeInput, refuseIntegers } from './contract.js';

/** Attributes of the choice of the best boxes that do not overlap. */
export interface NonMaxSuppressionAttributes {
  /** How many rows the result has, at least 1. */
  readonly count: number;
  /** How many boxes of one class are taken at most, at least 1. */
  readonly perClass: number;
  /** What a box must reach in a class to be taken. */
  readonly leastScore: number;
  /** By how much a box may overlap one that was taken in the same class: their intersection over their union. */
  readonly mostOverlap: number;
  /** In which order rows stand: by their scores, so that of all classes the best are kept, or class by class. */
  readonly order: 'score' | 'class';
}

/**
 * The best boxes of each class that do not overlap: in a class, again and again the box with the highest score of those that overlap none
 * taken before, the earlier of equal ones. By score, the best `count` of all classes are kept, the highest score first, of equal ones the
 * lower class, and in a class in the order in which they were taken; by class, the first `count` of one class after the other. A row of the result is a box's index, its class and its score; rows that are
 * left over are −1, −1 and 0. Boxes of no area, and of sides the wrong way around, overlap nothing. Source: the arithmetic, float32 step by
 * step, is that of TensorFlow Lite's detection_postprocess.cc.
 *
 * Inputs boxes `[A, 4]`, each `[top, left, bottom, right]`, and scores `[A, C]`; output `[count, 3]`.
 */
export const nonMaxSuppression: OpContract<NonMaxSuppressionAttributes> = {
  name: 'non-max-suppression',
  kind: 'pooling',
  inputs: [{ name: 'boxes' }, { name: 'scores' }],
  infer: (context) => {
    refuseIntegers(context);
    const [{ shape: boxes }, scores] = [inputAt(context, 0), inputAt(context, 1)];
    const { count, perClass, leastScore, mostOverlap, order } = context.attributes;
    expectInteger(context, 'count', count, 1);
    expectInteger(context, 'perClass', perClass, 1);
    expectFinite(context, 'leastScore', leastScore);
    expectFinite(context, 'mostOverlap', mostOverlap);
    if (order !== 'score' && order !== 'class')
      fail(context, `orders rows by ${JSON.stringify(order)}; it must be 'score' or 'class'`);
    const fits = boxes.length === 2 && boxes[1] === 4 && scores.shape.length === 2;
    if (!fits || boxes[0] !== scores.shape[0])
      fail(
        context,
        `needs boxes [A, 4] and scores [A, C], not ${formatShape(boxes)} and ${formatShape(scores.shape)}`,
      );
    return [likeInput(scores, [count, 3])];
  },
};

/** What the choice reads of a call: numbers in the order of its inputs, and how many classes there are. */
interface Candidates {
  readonly boxes: ArrayLike<number>;
  readonly scores: ArrayLike<number>;
  readonly classes: number;
}

const { fround } = Math;

/** Whether the intersection of two boxes, by their indices, is more than `most` of their union. */
function overlaps(boxes: ArrayLike<number>, i: number, j: number, most: number): boolean {
  const side = (of: number, axis: 0 | 1): number => fround(boxes[4 * of + axis + 2]! - boxes[4 * of + axis]!);
  const area = (of: number): number => fround(side(of, 0) * side(of, 1));
  const shared = (axis: 0 | 1): number => {
    const from = Math.max(boxes[4 * i + axis]!, boxes[4 * j + axis]!);
    return Math.max(0, fround(Math.min(boxes[4 * i + axis + 2]!, boxes[4 * j + axis + 2]!) - from));
  };
  const [first, second] = [area(i), area(j)];
  if (first <= 0 || second <= 0) return false;
  const intersection = fround(shared(0) * shared(1));
  return fround(intersection / fround(fround(first + second) - intersection)) > most;
}

/**
 * The definition of `non-max-suppression`: its rows, one behind the other.
 *
 * @internal
 */
export function selectBoxes(
  { boxes, scores, classes }: Candidates,
  { count, perClass, leastScore, mostOverlap, order }: NonMaxSuppressionAttributes,
): number[] {
  const [least, most] = [fround(leastScore), fround(mostOverlap)];
  const rows: [box: number, ofClass: number, score: number][] = [];
  for (let ofClass = 0; ofClass < classes; ofClass++) {
    const score = (box: number): number => scores[box * classes + ofClass]!;
    const taken: number[] = [];
    const candidates = Array.from({ length: scores.length / classes }, (_, box) => box)
      .filter((box) => score(box) >= least)
      // By comparisons, since a difference of infinities is NaN.
      .sort((a, b) => (score(a) > score(b) ? -1 : score(a) < score(b) ? 1 : 0));
    for (const box of candidates) {
      if (taken.length === perClass) break;
      if (!taken.some((other) => overlaps(boxes, box, other, most))) taken.push(box);
    }
    rows.push(...taken.map((box) => [box, ofClass, score(box)] as [number, number, number]));
  }
  if (order === 'score') rows.sort((a, b) => (a[2] > b[2] ? -1 : a[2] < b[2] ? 1 : 0));
  return Array.from({ length: count }, (_, i) => rows[i] ?? [-1, -1, 0]).flat();
}
