/** @file The code that lays two rows of an image beside one another, element by element, as 16-bit differences. */
import { pairNumbers, type RowPairsCode } from '../plan/row-pairs.js';
import { wideBytes } from '../plan/widened.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, i16x8, i32, i32x4, type Local, set, v128 } from '../wasm/instructions.js';
import { advance, untilPointer } from './address.js';
import type { EmittedFunction } from './elementwise.js';
import { loadEightOf, loadOf } from './loads.js';

/** Bytes of a row that are widened at a time. */
const step = 8;
const vectorBytes = step * wideBytes;

/** A row of the image: where it is read, its mask, all ones where it lies in the image, and eight numbers. */
interface Row {
  readonly source: Local;
  readonly mask: Local;
  readonly masks: Local;
  readonly numbers: Local;
}

/** The next eight numbers of each row, beside one another, and each pair so many times. */
function emitSeveral(
  { dtype, repeat }: Pick<RowPairsCode, 'dtype' | 'repeat'>,
  rows: readonly [Row, Row],
  pairs: readonly Local[],
  target: Local,
  zeros: Local,
): Code {
  const [first, second] = rows.map((row) => get(row.numbers)) as [Code, Code];
  return [
    rows.map(({ source, masks, numbers: eight }) => [
      set(eight, v128.and(i16x8.sub(loadEightOf(dtype)(get(source)), get(zeros)), get(masks))),
      advance(source, step),
    ]),
    set(pairs[0] as Local, i16x8.shuffle(first, second, [0, 8, 1, 9, 2, 10, 3, 11])),
    set(pairs[1] as Local, i16x8.shuffle(first, second, [4, 12, 5, 13, 6, 14, 7, 15])),
    pairs.map((four, half) =>
      Array.from({ length: repeat }, (_, vector) => {
        const lanes = [0, 1, 2, 3].map((lane) => Math.floor((4 * vector + lane) / repeat));
        const copies = repeat === 1 ? get(four) : f32x4.shuffle(get(four), get(four), lanes);
        return v128.store(get(target), copies, (half * repeat + vector) * vectorBytes);
      }),
    ),
    advance(target, 2 * repeat * vectorBytes),
  ];
}

/**
 * The function. Parameters: first row of pairs, row to stop before, counted through all images; input, where row 0 would lie,
 * zero point, then {@link pairNumbers}. Whole vectors are written: what is too much the next row, or nobody, lies under.
 */
export function emitRowPairs({ dtype, repeat }: RowPairsCode): EmittedFunction {
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
  const [zeros, none] = f.vectors(2) as [Local, Local];
  const rows = [0, 1].map((): Row => {
    const [source, mask] = f.integers(2) as [Local, Local];
    const [masks, eight] = f.vectors(2) as [Local, Local];
    return { source, mask, masks, numbers: eight };
  });
  const pairs = f.vectors(2) as [Local, Local];
  /** Bytes of the pairs that a row's numbers become. */
  const pairBytes = i32.mul(i32.mul(number('rowLength'), number('repeat')), i32.const(2 * wideBytes));
  // A row outside the image is read from its first one, and taken as zeros.
  const start = rows.map(({ source, mask, masks }, below) => {
    const row = below === 0 ? get(y) : i32.add(get(y), number('distance'));
    const place = i32.add(i32.mul(get(image), number('height')), i32.and(row, get(mask)));
    return [
      set(mask, i32.sub(i32.const(0), i32.ltU(row, number('height')))),
      set(masks, i16x8.splat(get(mask))),
      set(source, i32.add(get(input), i32.mul(place, number('rowLength')))),
    ];
  });
  const border = (bytes: Code): Code => [
    set(end, i32.add(get(target), bytes)),
    untilPointer(target, end, [v128.store(get(target), get(none)), advance(target, vectorBytes)]),
    set(target, get(end)),
  ];
  const several = emitSeveral({ dtype, repeat }, rows as [Row, Row], pairs, target, zeros);
  /** One number of each row, any number of times. */
  const [low, high] = rows.map(({ source, mask }) =>
    i32.and(i32.sub(loadOf(dtype)(get(source)), get(zero)), get(mask)),
  ) as [Code, Code];
  const copies: Code = [
    set(pairs[0], i32x4.splat(i32.or(i32.and(low, i32.const(0xffff)), i32.shl(high, i32.const(16))))),
    set(next, i32.add(get(target), i32.mul(number('repeat'), i32.const(2 * wideBytes)))),
    untilPointer(target, next, [v128.store(get(target), get(pairs[0])), advance(target, vectorBytes)]),
    set(target, get(next)),
    rows.map(({ source }) => advance(source, 1)),
  ];
  const rowBytes = i32.add(i32.add(number('left'), number('right')), pairBytes);
  const body = [
    set(zeros, i16x8.splat(get(zero))),
    f.upTo(unit, get(last), [
      set(image, i32.divU(get(unit), number('rows'))),
      set(y, i32.mul(i32.remU(get(unit), number('rows')), number('step'))),
      set(y, i32.sub(get(y), number('top'))),
      set(target, i32.add(get(output), i32.mul(get(unit), rowBytes))),
      start,
      border(number('left')),
      set(end, i32.add(get(target), pairBytes)),
      untilPointer(target, end, repeat === 0 ? copies : several),
      set(target, get(end)),
      border(number('right')),
    ]),
  ];
  return { parameters, body: f.encode(body) };
}
