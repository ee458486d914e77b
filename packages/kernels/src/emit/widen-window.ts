/**
 * @file The code that lays the windows of pixels into rows of 16-bit differences from the zero point, one behind the other; what
 * of them is outside the image becomes zeros.
 */
import { sumBytes } from '../plan/byte-rows.js';
import { type WidenWindowCode, wideBytes, windowNumbers } from '../plan/widened.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { get, i8x16, i16x8, i32, ifElse, type Local, select, set, v128 } from '../wasm/instructions.js';
import { advance, maximum, minimum, moveOn, untilPointer } from './address.js';
import { asOperand, beginSum, copyBytes, finishRow, type RowSum, rowSum, sumWritten } from './byte-rows.js';
import type { EmittedFunction } from './elementwise.js';
import { loadEightOf } from './loads.js';

/** Bytes of a vector. */
const vectorBytes = 16;

/** Bytes that a number becomes: rows of bytes stay bytes. */
const elementBytes = ({ code }: WindowContext): number => (code.bytes === undefined ? wideBytes : 1);

/** What the code of a run works on. */
interface WindowContext {
  readonly f: FunctionBuilder;
  readonly code: WidenWindowCode;
  readonly number: (name: (typeof windowNumbers)[number]) => Code;
  readonly input: Local;
  readonly target: Local;
  readonly zeros: Local;
  readonly windowRows: Local;
  /** The run's image; its row, counted through all images; its first column, which may lie outside. */
  readonly image: Local;
  readonly row: Local;
  readonly column: Local;
  /** Bytes of a whole run, and the first column in which none fits any more. */
  readonly runBytes: Local;
  readonly behindWhole: Local;
  /** Of rows of bytes. */
  readonly sum: RowSum;
}

/** Bytes that so many columns become. */
const bytesOf = (context: WindowContext, columns: Code): Code =>
  i32.mul(i32.mul(columns, context.number('channels')), i32.const(elementBytes(context)));

/** The numbers at `source`, `offset` bytes further on, as a vector of what is stored. */
function loadNumbers({ f, code, zeros }: WindowContext, source: Local, offset = 0): Code {
  return code.bytes === undefined
    ? i16x8.sub(loadEightOf(code.dtype)(get(source), offset), get(zeros))
    : asOperand(f, code.bytes, v128.load(get(source), offset));
}

/** One run. It ends where the next one begins to be written, so that whole vectors are. */
function emitRun(context: WindowContext): Code {
  const { f, code, number, input, target, zeros, image, row, column, runBytes, behindWhole } = context;
  const [from, to, source, end] = f.integers(4) as [Local, Local, Local, Local];
  const write = (bytes: Code, value: Code, next: Code): Code => [
    set(end, i32.add(get(target), bytes)),
    untilPointer(target, end, [v128.store(get(target), value), next, advance(target, vectorBytes)]),
    set(target, get(end)),
  ];
  const border = code.bytes === undefined ? get(f.local('v128')) : get(zeros);
  const outside = (columns: Code): Code => write(bytesOf(context, columns), border, []);
  const copy = (bytes: Code): Code =>
    write(bytes, loadNumbers(context, source), advance(source, vectorBytes / elementBytes(context)));
  const place = i32.add(i32.mul(get(row), number('width')), get(column));
  const isInside = i32.ltU(i32.sub(get(row), i32.mul(get(image), number('height'))), number('height'));
  /** A run that reaches beyond the image, or lies in a row outside it. */
  const partOfRun: Code = [
    set(from, minimum(maximum(i32.sub(i32.const(0), get(column)), i32.const(0)), number('runColumns'))),
    set(to, minimum(i32.sub(number('width'), get(column)), number('runColumns'))),
    set(to, select(maximum(get(from), get(to)), get(from), isInside)),
    moveOn(source, i32.mul(get(from), number('channels'))),
    outside(get(from)),
    copy(bytesOf(context, i32.sub(get(to), get(from)))),
    outside(i32.sub(number('runColumns'), get(to))),
  ];
  // A column in front of the image is a huge unsigned one.
  const isWhole = i32.and(isInside, i32.ltU(get(column), get(behindWhole)));
  return [
    set(source, i32.add(get(input), i32.mul(place, number('channels')))),
    ifElse(isWhole, copy(get(runBytes)), partOfRun),
    moveOn(column, number('runStride')),
  ];
}

/** A window that lies inside the image, whose rows are few vectors each: whole vectors are written, as in a run. */
function emitInside(context: WindowContext, rowBytes: Local): Code {
  const { f, code, number, input, target, row, column, runBytes, sum } = context;
  const source = f.local('i32');
  const place = i32.add(i32.mul(get(row), number('width')), get(column));
  const { bytes, rowVectors } = code;
  const copy = (vector: number): Code => {
    const offset = vector * vectorBytes;
    if (bytes !== undefined)
      return copyBytes(f, bytes, sum, { source, target, offset, isLast: vector === rowVectors - 1 });
    return v128.store(get(target), loadNumbers(context, source, offset / wideBytes), offset);
  };
  return [
    set(source, i32.add(get(input), i32.mul(place, number('channels')))),
    bytes === undefined ? [] : beginSum(bytes, sum),
    f.repeat(context.windowRows, [
      Array.from({ length: rowVectors }, (_, vector) => copy(vector)),
      moveOn(source, get(rowBytes)),
      moveOn(target, get(runBytes)),
    ]),
  ];
}

/**
 * The function. Parameters: first pixel, pixel to stop before, input, target, zero point, then {@link windowNumbers}, then what
 * sums are multiplied by, if channels share it.
 */
export function emitWidenWindow(code: WidenWindowCode): EmittedFunction {
  const parameters = 5 + windowNumbers.length + Number(code.bytes?.sums === 'shared');
  const f = new FunctionBuilder(parameters);
  const [pixel, last, input, target, zero, ...numbers] = f.parameters as [
    ...[pixel: Local, last: Local, input: Local, target: Local, zero: Local],
    ...Local[],
  ];
  const number = (name: (typeof windowNumbers)[number]): Code =>
    get(numbers[windowNumbers.indexOf(name)] as Local);
  const [x, y, windowRow, run] = f.integers(4) as [Local, Local, Local, Local];
  const [image, row, column, runBytes, behindWhole] = f.integers(5) as [Local, Local, Local, Local, Local];
  const zeros = f.local('v128');
  const [top, behindInside, rowBytes] = f.integers(3) as [Local, Local, Local];
  const windowRows = numbers[windowNumbers.indexOf('windowRows')] as Local;
  const places = { image, row, column, runBytes, behindWhole };
  const { sum, prepare } = rowSum(f, get(runBytes), numbers[windowNumbers.length]);
  const context = { f, code, number, input, target, zeros, windowRows, sum, ...places };
  /** Begins a counter anew at its end, and counts the next one on. */
  const carry = (counter: Local, end: Code, next: Local): Code => [
    set(next, i32.add(get(next), i32.eq(get(counter), end))),
    set(counter, select(i32.const(0), get(counter), i32.eq(get(counter), end))),
  ];
  const firstColumn = set(column, i32.sub(i32.mul(get(x), number('strideX')), number('left')));
  const start = f.local('i32');
  const anywhere: Code = [
    set(windowRow, i32.const(0)),
    f.upTo(windowRow, number('windowRows'), [
      firstColumn,
      set(run, i32.const(0)),
      f.upTo(run, number('runs'), emitRun(context)),
      moveOn(row, number('dilationY')),
    ]),
    code.bytes === undefined ? [] : sumWritten(f, code.bytes, sum, start, target),
  ];
  // What lies in front of the image is a huge unsigned number.
  const isInside = i32.and(i32.ltU(get(top), get(behindInside)), i32.ltU(get(column), get(behindWhole)));
  const onePixel: Code = [
    set(start, get(target)),
    set(top, i32.sub(i32.mul(get(y), number('strideY')), number('top'))),
    set(row, i32.add(get(top), i32.mul(get(image), number('height')))),
    firstColumn,
    code.rowVectors === 0 ? anywhere : ifElse(isInside, emitInside(context, rowBytes), anywhere),
    code.bytes === undefined ? [] : finishRow(code.bytes, sum, start, target),
    advance(x, 1),
    carry(x, number('outputWidth'), y),
    carry(y, number('outputHeight'), image),
  ];
  const line = i32.divU(get(pixel), number('outputWidth'));
  const fits = i32.sub(number('width'), number('runColumns'));
  const reach = i32.mul(i32.sub(number('windowRows'), i32.const(1)), number('dilationY'));
  const body = [
    // Of bytes it is what lies outside the image.
    set(zeros, code.bytes === undefined ? i16x8.splat(get(zero)) : i8x16.splat(get(zero))),
    code.bytes?.sums === undefined ? [] : advance(target, sumBytes),
    set(runBytes, bytesOf(context, number('runColumns'))),
    code.bytes?.sums === undefined ? [] : prepare,
    set(behindWhole, maximum(i32.add(fits, i32.const(1)), i32.const(0))),
    set(behindInside, maximum(i32.sub(number('height'), reach), i32.const(0))),
    set(rowBytes, i32.mul(i32.mul(number('dilationY'), number('width')), number('channels'))),
    set(x, i32.remU(get(pixel), number('outputWidth'))),
    set(y, i32.remU(line, number('outputHeight'))),
    set(image, i32.divU(line, number('outputHeight'))),
    f.upTo(pixel, get(last), onePixel),
  ];
  return { parameters, body: f.encode(body) };
}
