/** @file The code of the choice of boxes that do not overlap. */
import type { NonMaxSuppressionKernel } from '../plan/non-max-suppression.js';
import { floatBytes } from '../plan/sizes.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { block, brIf, f32, get, i32, ifElse, type Local, loop, set } from '../wasm/instructions.js';
import { advance } from './address.js';
import type { EmittedFunction } from './elementwise.js';

const boxBytes = 4 * floatBytes;
const rowBytes = 3 * floatBytes;

/** The score, in scratch, of a box that is out. */
const out = f32.const(-Infinity);

const element = (base: Local, index: Local, bytes: number): Code =>
  i32.add(get(base), i32.mul(get(index), i32.const(bytes)));

/** Whether the boxes at two addresses overlap by more than `most`, step by step as graph's `selectBoxes` says. */
function overlap(f: FunctionBuilder, first: Local, second: Local, most: number): { code: Code; is: Code } {
  const [areas, both] = [f.local('f32'), f.local('f32')];
  const [a, b] = [f.local('f32'), f.local('f32')];
  const edge = (box: Local, place: number): Code => f32.load(get(box), place * floatBytes);
  const side = (box: Local, axis: number): Code => f32.sub(edge(box, axis + 2), edge(box, axis));
  const area = (box: Local): Code => f32.mul(side(box, 0), side(box, 1));
  const shared = (axis: number): Code =>
    f32.max(
      f32.sub(
        f32.min(edge(first, axis + 2), edge(second, axis + 2)),
        f32.max(edge(first, axis), edge(second, axis)),
      ),
      f32.const(0),
    );
  const isOver = f32.gt(f32.div(get(both), f32.sub(get(areas), get(both))), f32.const(most));
  const areAreas = i32.and(f32.gt(get(a), f32.const(0)), f32.gt(get(b), f32.const(0)));
  return {
    code: [
      set(a, area(first)),
      set(b, area(second)),
      set(areas, f32.add(get(a), get(b))),
      set(both, f32.mul(shared(0), shared(1))),
    ],
    is: i32.and(areAreas, isOver),
  };
}

/** Locals of the choice. */
interface Places {
  readonly boxes: Local;
  readonly scratch: Local;
  readonly ofClass: Local;
  /** The box that is looked at, and where it and its score lie. */
  readonly box: Local;
  readonly boxAt: Local;
  readonly scoreAt: Local;
  readonly score: Local;
  /** The best box that is not out, where the one lies that was taken last, and how many may still be taken. */
  readonly best: Local;
  readonly bestScore: Local;
  readonly lastAt: Local;
  readonly left: Local;
  /** The output's first row, the place of a new one, and the end of those that are written. */
  readonly output: Local;
  readonly row: Local;
  readonly end: Local;
}

/** Takes out what overlaps the box that was taken last, and finds the best one of the rest; −1 where none is left. */
function findBest(
  f: FunctionBuilder,
  p: Places,
  { boxes, perClass, mostOverlap }: NonMaxSuppressionKernel,
): Code {
  const { code, is } = overlap(f, p.boxAt, p.lastAt, mostOverlap);
  const isBest = f32.gt(get(p.score), get(p.bestScore));
  return [
    set(p.best, i32.const(-1)),
    set(p.bestScore, out),
    set(p.box, i32.const(0)),
    f.upTo(p.box, i32.const(boxes), [
      set(p.scoreAt, element(p.scratch, p.box, floatBytes)),
      set(p.score, f32.load(get(p.scoreAt))),
      ifElse(f32.gt(get(p.score), out), [
        ifElse(i32.ltS(get(p.left), i32.const(perClass)), [
          set(p.boxAt, element(p.boxes, p.box, boxBytes)),
          code,
          ifElse(is, [f32.store(get(p.scoreAt), out), set(p.score, out)]),
        ]),
        ifElse(isBest, [set(p.best, get(p.box)), set(p.bestScore, get(p.score))]),
      ]),
    ]),
  ];
}

/** Writes a row for the best box: behind the last one, or behind those with at least its score; then rows behind it move on, and the last one falls out. */
function insertRow(p: Places, { count, order }: NonMaxSuppressionKernel): Code {
  const lastRow = i32.add(get(p.output), i32.const((count - 1) * rowBytes));
  const before = i32.sub(get(p.row), i32.const(rowBytes));
  const field = (place: number): Code => f32.load(before, place * floatBytes);
  const hasBefore = i32.ltU(get(p.output), get(p.row));
  const write = (values: readonly Code[]): Code =>
    values.map((value, place) => f32.store(get(p.row), value, place * floatBytes));
  const row = write([f32.convertI32S(get(p.best)), f32.convertI32S(get(p.ofClass)), get(p.bestScore)]);
  if (order === 'class') return [set(p.row, get(p.end)), advance(p.end, rowBytes), row];
  return [
    ifElse(i32.ltU(lastRow, get(p.end)), set(p.row, lastRow), [
      set(p.row, get(p.end)),
      advance(p.end, rowBytes),
    ]),
    block(
      loop([
        brIf(1, i32.eq(hasBefore, i32.const(0))),
        brIf(1, i32.eq(f32.lt(field(2), get(p.bestScore)), i32.const(0))),
        write([field(0), field(1), field(2)]),
        set(p.row, before),
        brIf(0, i32.const(1)),
      ]),
    ),
    row,
  ];
}

/**
 * The function of the choice of boxes. Each turn in a class goes once over its boxes: it takes out what overlaps the box taken before, and
 * finds the next one. Rows are kept in order, and a class ends early where its best box is no better than the last row of all.
 * Parameters: first unit, last unit, boxes, scores, scratch, output.
 */
export function emitNonMaxSuppression(kernel: NonMaxSuppressionKernel): EmittedFunction {
  const { boxes, classes, count, perClass, leastScore, order } = kernel;
  const f = new FunctionBuilder(6);
  const [unit, lastUnit, boxesAt, scores, scratch, output] = f.parameters as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const [ofClass, box, boxAt, scoreAt, best, lastAt, row, end, left] = f.integers(9) as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const [score, bestScore] = [f.local('f32'), f.local('f32')];
  const p: Places = {
    ...{ boxes: boxesAt, scratch, ofClass, box, boxAt, scoreAt, score, best, bestScore, lastAt, left },
    ...{ output, row, end },
  };
  const scoreOf = i32.add(
    get(scores),
    i32.mul(i32.add(i32.mul(get(box), i32.const(classes)), get(ofClass)), i32.const(floatBytes)),
  );
  const isFull = i32.eq(get(end), i32.add(get(output), i32.const(count * rowBytes)));
  const worst = f32.load(i32.add(get(output), i32.const((count - 1) * rowBytes)), 2 * floatBytes);
  const isNoBetter = i32.eq(f32.gt(get(bestScore), worst), i32.const(0));
  const collect = [
    set(box, i32.const(0)),
    f.upTo(box, i32.const(boxes), [
      set(score, f32.load(scoreOf)),
      ifElse(f32.ge(get(score), f32.const(leastScore)), [], set(score, out)),
      f32.store(element(scratch, box, floatBytes), get(score)),
    ]),
  ];
  const take = loop([
    findBest(f, p, kernel),
    brIf(1, i32.ltS(get(best), i32.const(0))),
    ifElse(isFull, brIf(2, order === 'score' ? isNoBetter : i32.const(1))),
    insertRow(p, kernel),
    set(lastAt, element(boxesAt, best, boxBytes)),
    f32.store(element(scratch, best, floatBytes), out),
    set(left, i32.sub(get(left), i32.const(1))),
    brIf(0, get(left)),
  ]);
  const body = f.upTo(unit, get(lastUnit), [
    set(end, get(output)),
    set(ofClass, i32.const(0)),
    f.upTo(ofClass, i32.const(classes), [collect, set(left, i32.const(perClass)), block(take)]),
    set(row, get(end)),
    block(
      loop([
        brIf(1, i32.eq(get(row), i32.add(get(output), i32.const(count * rowBytes)))),
        f32.store(get(row), f32.const(-1)),
        f32.store(get(row), f32.const(-1), floatBytes),
        f32.store(get(row), f32.const(0), 2 * floatBytes),
        advance(row, rowBytes),
        brIf(0, i32.const(1)),
      ]),
    ),
  ]);
  return { parameters: 6, body: f.encode(body) };
}
