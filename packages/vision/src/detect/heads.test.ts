import { float32Tensor, type Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { type DetectionHead, headOf } from './head.js';
import { selectBest } from './select.js';

const size = { height: 64, width: 64 };
const best = { count: 10, leastScore: 0.5, isAveraged: false };

/** Decodes outputs as a network of 64×64 gives them. */
function decoded(
  outputs: Readonly<Record<string, Tensor<'float32'>>>,
  head?: DetectionHead,
  classes?: number,
): ReturnType<typeof selectBest> {
  const shapes = Object.entries(outputs).map(([name, { shape }]) => ({ name, shape }));
  const { decode, mostOverlap } = headOf(shapes, size, head, classes);
  return selectBest(decode({ tensors: new Map(Object.entries(outputs)) }), { ...best, mostOverlap });
}

const filled = (shape: readonly number[], values: Readonly<Record<number, readonly number[]>>, rest = 0) => {
  const count = shape.reduce((product, side) => product * side, 1);
  const data = new Float32Array(count).fill(rest);
  for (const [at, numbers] of Object.entries(values)) data.set(numbers, Number(at));
  return float32Tensor(shape, data);
};

// Of 64×64: 8×8 cells of 8 pixels, 4×4 of 16 and 2×2 of 32; cell 8·3 + 5 is the sixth of the fourth row.
const cells = 84;
const cell = 8 * 3 + 5;

describe('values worked out by hand', () => {
  test('of YOLOX', () => {
    // Centre ((5 + 0.5) · 8, (3 + 0.25) · 8), sides e^ln 2 · 8 and e^0 · 8; the second is (0, 1) of the strides of 32, of another class.
    const rows = filled([1, cells, 7], {
      [7 * cell]: [0.5, 0.25, Math.log(2), 0, 0.9, 0.1, 0.8],
      [7 * (64 + 16 + 2)]: [0, 0, 0, 0, 1, 0.6, 0],
    });
    const found = decoded({ rows }, 'yolox');
    expect(found).toEqual([
      { index: 1, score: expect.closeTo(0.72, 6), sides: [22, 36, 30, 52], points: [] },
      { index: 0, score: expect.closeTo(0.6, 6), sides: [16, -16, 48, 16], points: [] },
    ]);
    expect(decoded({ rows }, undefined, 2)).toEqual(found);
  });

  test('of NanoDet, in one tensor or in two for each stride', () => {
    // Three bins: a certain 0, 1 and 2, and a mean of 1 that is spread evenly. The centre is (5.5 · 8, 3.5 · 8).
    const certain = (bin: number) => [0, 1, 2].map((i) => (i === bin ? 90 : 0));
    const sides = [...certain(0), ...certain(1), ...certain(2), 7, 7, 7];
    const whole = filled([1, cells, 14], { [14 * cell]: [0.1, 0.9, ...sides] });
    const expected = [
      {
        index: 1,
        score: expect.closeTo(0.9, 6),
        sides: [20, 44, 36, 60].map((side) => expect.closeTo(side, 4)),
        points: [],
      },
    ];
    expect(decoded({ whole }, 'nanodet', 2)).toEqual(expected);
    const levels = {
      b32: filled([1, 4, 12], {}),
      s8: filled([1, 64, 2], { [2 * cell]: [0.1, 0.9] }),
      s16: filled([1, 16, 2], {}),
      s32: filled([1, 4, 2], {}),
      b8: filled([1, 64, 12], { [12 * cell]: sides }),
      b16: filled([1, 16, 12], {}),
    };
    expect(decoded(levels, undefined, 2)).toEqual(expected);
    // NanoDet-Plus has a stride more, and centres at the corners of cells.
    const plus = filled([1, cells + 1, 14], { [14 * cell]: [0.1, 0.9, ...sides] });
    expect(decoded({ plus }, 'nanodet', 2)[0]?.sides).toEqual(
      [16, 40, 32, 56].map((side) => expect.closeTo(side, 4)),
    );
  });

  test('of SSD, before and behind its end', () => {
    // Of an anchor of 0.5×0.25 about the middle: centre 0.5 + 1 / 10 · 0.5, height e^(5 ln 2 / 5) · 0.5.
    const raw = {
      scores: float32Tensor([1, 2, 3], [9, -1, 1, 9, -9, -9]),
      boxes: float32Tensor([1, 2, 4], [1, 0, 5 * Math.log(2), 0, 0, 0, 0, 0]),
    };
    const anchors = [0.5, 0.5, 0.5, 0.25, 0.1, 0.1, 0.1, 0.1];
    const sides = [0.55 - 0.5, 0.375, 0.55 + 0.5, 0.625].map((side) => expect.closeTo(64 * side, 4));
    const e = Math.E;
    expect(decoded(raw, { anchors })).toEqual([
      { index: 1, score: expect.closeTo(e / (1 + e), 6), sides, points: [] },
    ]);
    const corners = {
      scores: float32Tensor([1, 1, 2], [0.2, 0.8]),
      boxes: float32Tensor([1, 1, 4], [0, 0.25, 1, 0.5]),
    };
    expect(decoded(corners, 'boxes')[0]).toMatchObject({ index: 0, sides: [16, 0, 32, 64] });
    // Overlapping boxes of one class stay, because the network has chosen; the third does not count.
    const selected = {
      boxes: float32Tensor([1, 3, 4], [0, 0, 0.5, 1, 0, 0, 0.5, 0.75, 0, 0, 1, 1]),
      classes: float32Tensor([1, 3], [2, 2, 0]),
      scores: float32Tensor([1, 3], [0.9, 0.75, 0.7]),
      count: float32Tensor([1], [2]),
    };
    expect(decoded(selected).map(({ index, sides: own }) => [index, ...own])).toEqual([
      [2, 0, 0, 32, 64],
      [2, 0, 0, 32, 48],
    ]);
  });

  test('of boxes that overlap, averaged by their scores', () => {
    const candidates = {
      boxes: Float32Array.of(0, 0, 10, 10, 0, 0, 10, 13, 40, 40, 50, 50),
      scores: Float32Array.of(0.6, 0.9, 0.5),
      classes: 1,
      points: Float32Array.of(0, 0, 5, 10, 45, 45),
    };
    const found = selectBest(candidates, { ...best, mostOverlap: 0.3, isAveraged: true });
    expect(found.map(({ score }) => score)).toEqual([0.9, 0.5].map((score) => expect.closeTo(score, 6)));
    expect(found[0]?.sides[3]).toBeCloseTo(0.4 * 10 + 0.6 * 13, 5);
    expect(found[0]?.points).toEqual([expect.closeTo(3, 5), expect.closeTo(6, 5)]);
  });
});
