/** @file What the ends of detectors are made of: boxes out of encodings, and the best ones that do not overlap. */
import type { NonMaxSuppressionAttributes } from '@sepconv/graph';
import { createTensor } from '@sepconv/tensor';
import { type Composer, type Step, step } from './composer.js';
import { gatheredAlongLast } from './gathering.js';
import { sum } from './reductions.js';

/** Columns `from` to `to` of a matrix. */
export function columns(c: Composer, value: string, from: number, to: number): string {
  const [rows = 0] = c.shape(value);
  return c.add(step('slice', [value], { starts: [0, from], ends: [rows, to], steps: [1, 1] }));
}

/**
 * `[top, left, bottom, right]` of encodings `[A, 4]` about anchors `[A, 4]`, both `[y, x, height, width]` about their centers:
 * `y / scale · height + y`, and `e^(height / scale) · height`.
 */
export function decodedBoxes(
  c: Composer,
  encodings: string,
  anchors: ArrayLike<number>,
  scales: readonly number[],
): string {
  const [count = 0] = c.shape(encodings);
  const pairs = (at: 0 | 2, factor = 1): string =>
    c.constant(
      createTensor(
        'float32',
        [count, 2],
        Float32Array.from(
          { length: 2 * count },
          (_, i) => factor * (anchors[4 * (i >> 1) + at + (i & 1)] as number),
        ),
      ),
    );
  const scale = c.constant(createTensor('float32', [4], Float32Array.from(scales)));
  const codes = scales.every((one) => one === 1) ? encodings : c.plain('div', encodings, scale);
  const centers = c.plain('add', c.plain('mul', columns(c, codes, 0, 2), pairs(2)), pairs(0));
  const halves = c.plain('mul', c.plain('exp', columns(c, codes, 2, 4)), pairs(2, 0.5));
  const edges = [c.plain('sub', centers, halves), c.plain('add', centers, halves)];
  return c.add(step('concat', edges, { axis: 1 }));
}

/** Boxes given by any two opposite corners, as the upper left and the lower right one. */
export function orderedCorners(c: Composer, boxes: string): string {
  const [first, second] = [columns(c, boxes, 0, 2), columns(c, boxes, 2, 4)];
  const edges = [c.plain('minimum', first, second), c.plain('maximum', first, second)];
  return c.add(step('concat', edges, { axis: 1 }));
}

/** Boxes that were chosen: a row for each that may be, `[N]` each. */
export interface Chosen {
  /** Which boxes; −1 where there is none. */
  readonly boxes: string;
  /** 0 where there is none, as the scores are. */
  readonly classes: string;
  readonly scores: string;
  /** 1 where there is a box. */
  readonly isThere: string;
  /** How many there are, as one number. */
  readonly found: Step;
}

/** The best of boxes `[A, 4]` by scores `[A, C]`: see the op. */
export function chosenBoxes(
  c: Composer,
  boxes: string,
  scores: string,
  attributes: Omit<NonMaxSuppressionAttributes, 'order'>,
): Chosen {
  const rows = c.add(step('non-max-suppression', [boxes, scores], { ...attributes, order: 'score' }));
  const column = (k: number): string => c.reshaped(columns(c, rows, k, k + 1), [attributes.count]);
  const which = column(0);
  const isThere = c.plain('less', c.number(-0.5), which);
  return {
    boxes: which,
    classes: c.plain('mask', column(1), isThere),
    scores: column(2),
    isThere,
    found: sum(c, isThere, [0], true),
  };
}

/** What the runtimes' ops of this name take, of boxes of one class. */
export interface GreedyLimits {
  readonly count: number;
  /** From which overlap on a box falls out. */
  readonly mostOverlap: number;
  /** What a score must exceed; minus infinity where all do. */
  readonly leastScore: number;
}

/** The best of boxes `[A, 4]`, given by any two opposite corners, with scores `[A]`, as TensorFlow chooses them. */
export function greedyChoice(c: Composer, boxes: string, scores: string, limits: GreedyLimits): Chosen {
  const { count, mostOverlap, leastScore } = limits;
  const column = c.reshaped(scores, [c.shape(boxes)[0] as number, 1]);
  return chosenBoxes(c, orderedCorners(c, boxes), column, {
    ...{ count, perClass: count },
    leastScore: scoreAbove(leastScore),
    mostOverlap: neighbour(mostOverlap, -1),
  });
}

/** The least score that is more than another; where that is minus infinity, the least number. */
export const scoreAbove = (limit: number): number =>
  limit === -Infinity ? -largestFloat32 : neighbour(limit, 1);

const largestFloat32 = (2 - 2 ** -23) * 2 ** 127;

/** Rows of a matrix `[A, n]` for the chosen boxes, zeros where there is none. */
export function chosenRows(c: Composer, { boxes, isThere }: Chosen, rows: string): string {
  const [count = 0] = c.shape(boxes);
  const taken = c.add(step('gather', [rows, boxes], { axis: 0, batch: 0 }));
  return c.plain('mask', taken, c.reshaped(isThere, [count, 1]));
}

/** The best `count` classes of each chosen box and their scores, `[N, count]`. */
export function bestClasses(
  c: Composer,
  chosen: Chosen,
  scores: string,
  count: number,
): { readonly classes: string; readonly scores: string } {
  const [rows = 0] = c.shape(chosen.boxes);
  const isThere = c.reshaped(chosen.isThere, [rows, 1]);
  const ofChosen = chosenRows(c, chosen, scores);
  const positions = c.add(step('top-k', [ofChosen], { count }));
  return {
    classes: c.plain('mask', positions, isThere),
    scores: c.add(gatheredAlongLast(c, ofChosen, positions)),
  };
}

const bits = new Float32Array(1);
const integers = new Int32Array(bits.buffer);

/** The float32 number next to one, towards infinity or away from it: what turns ≥ into >. */
function neighbour(value: number, towards: 1 | -1): number {
  bits[0] = value;
  if (bits[0] === 0) return towards * 2 ** -149;
  integers[0] = (integers[0] as number) + (bits[0] > 0 ? towards : -towards);
  return bits[0];
}
