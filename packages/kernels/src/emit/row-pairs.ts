/** @file The code that lays two rows of an image beside one another, byte by byte. */
import { pairBytes, pairNumbers, type RowPairsCode, vectorsOf } from '../plan/row-pairs.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { get, i8x16, i16x8, i32, ifElse, type Local, select, set, v128 } from '../wasm/instructions.js';
import { advance, untilPointer } from './address.js';
import type { EmittedFunction } from './elementwise.js';

/** Bytes of a vector. */
const vectorBytes = 16;

/** A row of the image: where it is read, its mask, all ones where it lies in the image, and sixteen bytes. */
interface Row {
  readonly source: Local;
  readonly mask: Local;
  readonly masks: Local;
  readonly bytes: Local;
}

/** The first and the second half of two vectors' bytes, in turns. */
const halves = [0, 8].map((first) =>
  Array.from({ length: vectorBytes }, (_, i) => first + Math.floor(i / 2) + (i % 2) * vectorBytes),
);

/**
 * The next bytes of each row, beside one another, and each pair so many times; of a row that is outside the image zero points,
 * if one may be.
 */
function emitSeveral(
  repeat: number,
  rows: readonly [Row, Row],
  pairs: readonly Local[],
  target: Local,
  zeros: Local | undefined,
): Code {
  const [first, second] = rows.map((row) => get(row.bytes)) as [Code, Code];
  const together = vectorsOf(repeat);
  const one = (index: number): Code => [
    rows.map(({ source, masks, bytes }) => {
      const loaded = v128.load(get(source), index * vectorBytes);
      return set(bytes, zeros === undefined ? loaded : v128.bitselect(loaded, get(zeros), get(masks)));
    }),
    halves.map((order, half) => set(pairs[half] as Local, i8x16.shuffle(first, second, order))),
    pairs.map((eight, half) =>
      Array.from({ length: repeat }, (_, vector) => {
        const lanes = Array.from({ length: 8 }, (__, lane) => Math.floor((8 * vector + lane) / repeat));
        const copies = repeat === 1 ? get(eight) : i16x8.shuffle(get(eight), get(eight), lanes);
        return v128.store(get(target), copies, ((2 * index + half) * repeat + vector) * vectorBytes);
      }),
    ),
  ];
  return [
    Array.from({ length: together }, (_, index) => one(index)),
    rows.map(({ source }) => advance(source, together * vectorBytes)),
    advance(target, 2 * together * repeat * vectorBytes),
  ];
}

/**
 * The function. Parameters: first row of pairs, row to stop before, counted through all images; input, where row 0 would lie,
 * zero point, then {@link pairNumbers}. Whole vectors are written: what is too much the next row, or nobody, lies under.
 */
export function emitRowPairs({ repeat }: RowPairsCode): EmittedFunction {
  const parameters = 5 + pairNumbers.length;
  const f = new FunctionBuilder(parameters);
  const [unit, last, input, output, zero, ...numbers] = f.parameters as [
    Local,
    Local,
    Local,
    Local,
    Local,
    ...Local[],
  ];
  const number = (name: (typeof pairNumbers)[number]): Code =>
    get(numbers[pairNumbers.indexOf(name)] as Local);
  const [image, y, target, end, next] = f.integers(5) as [Local, Local, Local, Local, Local];
  const zeros = f.local('v128');
  const rows = [0, 1].map((): Row => {
    const [source, mask] = f.integers(2) as [Local, Local];
    const [masks, bytes] = f.vectors(2) as [Local, Local];
    return { source, mask, masks, bytes };
  });
  const pairs = f.vectors(2) as [Local, Local];
  /** Bytes of the pairs that a row's numbers become. */
  const allPairs = i32.mul(i32.mul(number('rowLength'), number('repeat')), i32.const(pairBytes));
  // A row outside the image is read from its first one, and taken as zero points.
  const start = rows.map(({ source, mask, masks }, below) => {
    const row = below === 0 ? get(y) : i32.add(get(y), number('distance'));
    const place = i32.add(i32.mul(get(image), number('height')), i32.and(row, get(mask)));
    return [
      set(mask, i32.sub(i32.const(0), i32.ltU(row, number('height')))),
      set(masks, i8x16.splat(get(mask))),
      set(source, i32.add(get(input), i32.mul(place, number('rowLength')))),
    ];
  });
  const border = (bytes: Code): Code => [
    set(end, i32.add(get(target), bytes)),
    untilPointer(target, end, [v128.store(get(target), get(zeros)), advance(target, vectorBytes)]),
    set(target, get(end)),
  ];
  const several = (outside: Local | undefined): Code =>
    untilPointer(target, end, emitSeveral(repeat, rows as [Row, Row], pairs, target, outside));
  const areInside = rows.map(({ mask }) => get(mask)).reduce(i32.and);
  /** One byte of each row, any number of times. */
  const [low, high] = rows.map(({ source, mask }) =>
    i32.and(select(i32.load8U(get(source)), get(zero), get(mask)), i32.const(0xff)),
  ) as [Code, Code];
  const copies: Code = [
    set(pairs[0], i16x8.splat(i32.or(low, i32.shl(high, i32.const(8))))),
    set(next, i32.add(get(target), i32.mul(number('repeat'), i32.const(pairBytes)))),
    untilPointer(target, next, [v128.store(get(target), get(pairs[0])), advance(target, vectorBytes)]),
    set(target, get(next)),
    rows.map(({ source }) => advance(source, 1)),
  ];
  const rowBytes = i32.add(i32.add(number('left'), number('right')), allPairs);
  const body = [
    set(zeros, i8x16.splat(get(zero))),
    f.upTo(unit, get(last), [
      set(image, i32.divU(get(unit), number('rows'))),
      set(y, i32.mul(i32.remU(get(unit), number('rows')), number('step'))),
      set(y, i32.sub(get(y), number('top'))),
      set(target, i32.add(get(output), i32.mul(get(unit), rowBytes))),
      start,
      border(number('left')),
      set(end, i32.add(get(target), allPairs)),
      repeat === 0
        ? untilPointer(target, end, copies)
        : ifElse(areInside, several(undefined), several(zeros)),
      set(target, get(end)),
      border(number('right')),
    ]),
  ];
  return { parameters, body: f.encode(body) };
}
