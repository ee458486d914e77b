/** @file Heads whose boxes stand about the cells of grids: YOLOX, NanoDet and YuNet. */
import {
  type Candidates,
  cellCount,
  type Decoder,
  forEachCell,
  gridsOf,
  type OutputShape,
  type Size,
  setBox,
} from './candidates.js';

const threeStrides = [8, 16, 32];

const isRows = ({ shape }: OutputShape, rows: number): boolean =>
  shape.length === 3 && shape[0] === 1 && shape[1] === rows;

/**
 * YOLOX: one tensor `[1, A, 5 + C]` of x, y, width, height, objectness and classes over strides 8, 16 and 32, the last ones after their
 * sigmoids. A box's centre is `(cell + xy) · stride`, its sides are `exp(wh) · stride`. Source: https://github.com/Megvii-BaseDetection/YOLOX,
 * yolox/utils/demo_utils.py.
 */
export function findYolox([output, more]: readonly OutputShape[], size: Size): Decoder | undefined {
  const grids = gridsOf(size, threeStrides);
  const count = cellCount(grids);
  if (output === undefined || more !== undefined || !isRows(output, count)) return undefined;
  const row = output.shape[2] as number;
  const classes = row - 5;
  if (classes < 1) return undefined;
  return ({ tensors }) => {
    const data = tensors.get(output.name)?.data as Float32Array;
    const boxes = new Float32Array(4 * count);
    const scores = new Float32Array(classes * count);
    forEachCell(grids, (cell, column, line, stride) => {
      const [x = 0, y = 0, width = 0, height = 0, objectness = 0] = data.subarray(row * cell, row * cell + 5);
      const [w, h] = [Math.exp(width) * stride, Math.exp(height) * stride];
      setBox(boxes, cell, (column + x) * stride, (line + y) * stride, w, h);
      for (let c = 0; c < classes; c++) {
        scores[classes * cell + c] = (data[row * cell + 5 + c] as number) * objectness;
      }
    });
    return { boxes, scores, classes };
  };
}

/** The mean of 0, 1, 2, … by the softmax of logits. */
function expectedBin(data: Float32Array, from: number, bins: number): number {
  const logits = data.subarray(from, from + bins);
  const largest = logits.reduce((most, value) => Math.max(most, value), -Infinity);
  let [sum, weighted] = [0, 0];
  logits.forEach((logit, bin) => {
    const power = Math.exp(logit - largest);
    sum += power;
    weighted += power * bin;
  });
  return weighted / sum;
}

/** Where a level's scores and distances lie. */
interface Level {
  readonly scores: OutputShape;
  readonly distances: OutputShape;
  readonly stride: number;
}

/** Levels with a tensor of scores and one of distances each; `undefined` where a level lacks one. */
function levelsOf(
  outputs: readonly OutputShape[],
  size: Size,
  classes: number | undefined,
): Level[] | undefined {
  const levels = [8, 16, 32, 64].slice(0, outputs.length / 2).map((stride) => {
    const rows = outputs.filter((output) => isRows(output, cellCount(gridsOf(size, [stride]))));
    const width = ({ shape }: OutputShape): number => shape[2] as number;
    const distances = rows.filter((output) => width(output) % 4 === 0 && width(output) !== classes);
    // Without a number of classes: 80 of COCO beside 32 or 44 distances.
    const [fewest] = distances.sort((a, b) => width(a) - width(b));
    const scores = rows.find((output) => output !== fewest);
    return rows.length === 2 && fewest && scores ? { scores, distances: fewest, stride } : undefined;
  });
  return levels.every((level) => level !== undefined) && levels.length > 2 ? levels : undefined;
}

/** Distances of a cell's box to its four sides, each the mean of bins, in strides. */
function sidesOf(
  data: Float32Array,
  from: number,
  bins: number,
): readonly [left: number, top: number, right: number, bottom: number] {
  const side = (i: number): number => expectedBin(data, from + i * bins, bins);
  return [side(0), side(1), side(2), side(3)];
}

/**
 * NanoDet: scores after their sigmoid and, for each side of a box, logits of its distance from the cell's centre in strides. Of each stride two
 * tensors, or one of `[1, A, C + 4(R + 1)]` for all; centres lie in the middle of cells, with four strides (NanoDet-Plus) at their corner.
 * Source: https://github.com/RangiLyu/nanodet, demo_ncnn/nanodet.cpp, and Li et al., Generalized Focal Loss, 2020.
 */
export function findNanoDet(
  outputs: readonly OutputShape[],
  size: Size,
  classes: number | undefined,
): Decoder | undefined {
  const levels = levelsOf(outputs, size, classes);
  if (levels !== undefined) return nanoDetLevels(levels, size);
  const [output] = outputs;
  const strides = [threeStrides, [...threeStrides, 64]].find(
    (some) => output && isRows(output, cellCount(gridsOf(size, some))),
  );
  if (outputs.length !== 1 || output === undefined || strides === undefined) return undefined;
  const row = output.shape[2] as number;
  const distances = row - (classes ?? 80);
  if (distances < 8 || distances % 4 !== 0) return undefined;
  return ({ tensors }) => {
    const data = tensors.get(output.name)?.data as Float32Array;
    const parts = strides.map((stride) => ({ stride, data, row, distances, isPlus: strides.length === 4 }));
    return nanoDet(parts, size);
  };
}

function nanoDetLevels(levels: readonly Level[], size: Size): Decoder {
  return ({ tensors }) => {
    const all = levels.map(({ scores, distances, stride }) => {
      const [classes, sides] = [scores.shape[2] as number, distances.shape[2] as number];
      const row = classes + sides;
      const [from, beside] = [scores, distances].map(({ name }) => tensors.get(name)?.data as Float32Array);
      const count = (scores.shape[1] as number) * row;
      const data = Float32Array.from({ length: count }, (_, i) => {
        const [cell, k] = [Math.floor(i / row), i % row];
        return (k < classes ? from?.[cell * classes + k] : beside?.[cell * sides + k - classes]) as number;
      });
      return { stride, data, row, distances: sides, isPlus: levels.length === 4 };
    });
    return nanoDet(all, size, true);
  };
}

interface NanoDetPart {
  readonly stride: number;
  readonly data: Float32Array;
  readonly row: number;
  readonly distances: number;
  readonly isPlus: boolean;
}

/** Decodes strides, which lie behind one another in one array or are one each. */
function nanoDet(parts: readonly NanoDetPart[], size: Size, isApart = false): Candidates {
  const { row = 0, distances = 0 } = parts[0] ?? {};
  const classes = row - distances;
  const count = cellCount(
    gridsOf(
      size,
      parts.map(({ stride }) => stride),
    ),
  );
  const boxes = new Float32Array(4 * count);
  const scores = new Float32Array(classes * count);
  let box = 0;
  for (const { stride, data, isPlus } of parts) {
    const first = isApart ? 0 : box;
    forEachCell(gridsOf(size, [stride]), (cell, column, line) => {
      const from = (first + cell) * row;
      const [left, top, right, bottom] = sidesOf(data, from + classes, distances / 4);
      const offset = isPlus ? 0 : 0.5;
      const [x, y] = [column + offset, line + offset];
      boxes.set(
        [y - top, x - left, y + bottom, x + right].map((side) => side * stride),
        4 * box,
      );
      scores.set(data.subarray(from, from + classes), classes * box);
      box++;
    });
  }
  return { boxes, scores, classes };
}

/**
 * YuNet: for each of the strides 8, 16 and 32 the outputs `cls_8`, `obj_8`, `bbox_8` and `kps_8`. A score is the root of class times
 * objectness, a box is decoded as YOLOX's, and its five points as its centre. Source: OpenCV, modules/objdetect/src/face_detect.cpp.
 */
export function findYuNet(outputs: readonly OutputShape[], size: Size): Decoder | undefined {
  const levels = threeStrides.map((stride) =>
    ['cls', 'obj', 'bbox', 'kps'].map((part) =>
      outputs.find(
        ({ name, shape }) => name === `${part}_${stride}` && shape[1] === cellCount(gridsOf(size, [stride])),
      ),
    ),
  );
  if (!levels.flat().every((output) => output !== undefined)) return undefined;
  const count = cellCount(gridsOf(size, threeStrides));
  return ({ tensors }) => {
    const boxes = new Float32Array(4 * count);
    const scores = new Float32Array(count);
    const points = new Float32Array(10 * count);
    const unit = (value: number): number => Math.max(0, Math.min(1, value));
    let first = 0;
    for (const [i, stride] of threeStrides.entries()) {
      const [cls, obj, bbox, kps] = (levels[i] as OutputShape[]).map(
        ({ name }) => tensors.get(name)?.data as Float32Array,
      ) as [Float32Array, Float32Array, Float32Array, Float32Array];
      forEachCell(gridsOf(size, [stride]), (cell, column, line) => {
        const box = first + cell;
        const [x = 0, y = 0, w = 0, h = 0] = bbox.subarray(4 * cell, 4 * cell + 4);
        const [width, height] = [Math.exp(w) * stride, Math.exp(h) * stride];
        setBox(boxes, box, (column + x) * stride, (line + y) * stride, width, height);
        scores[box] = Math.sqrt(unit(cls[cell] as number) * unit(obj[cell] as number));
        for (let p = 0; p < 10; p++) {
          points[10 * box + p] = ((kps[10 * cell + p] as number) + (p % 2 === 0 ? column : line)) * stride;
        }
      });
      first += cls.length;
    }
    return { boxes, scores, classes: 1, points };
  };
}
