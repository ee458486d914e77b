/** @file The code that copies rows of bytes for relaxed dot products, with their sums in front where those are needed. */
import { type ByteRows, type ByteRowsCode, isFlipped, sumBytes } from '../plan/byte-rows.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, i8x16, i16x8, i32, i32x4, type Local, set, v128 } from '../wasm/instructions.js';
import { advance, moveOn, untilPointer } from './address.js';
import type { EmittedFunction } from './elementwise.js';

const vectorBytes = 16;

/** Flips the sign bit of sixteen bytes, where the product takes them otherwise than they are stored. */
export const asOperand = (f: FunctionBuilder, rows: ByteRows, bytes: Code): Code =>
  isFlipped(rows) ? v128.xor(bytes, f.integerConstant(0x80808080 | 0)) : bytes;

/** Where a row's bytes are added up, in four parts, which bytes of its last vector are its own, and by what the sum is multiplied. */
export interface RowSum {
  readonly parts: Local;
  readonly ownBytes: Local;
  readonly factor?: Local;
}

/** What adds up rows of so many bytes, at least one, and the code that comes before all rows. */
export function rowSum(
  f: FunctionBuilder,
  length: Code,
  factor: Local | undefined,
): { readonly sum: RowSum; readonly prepare: Code } {
  const [parts, ownBytes] = f.vectors(2) as [Local, Local];
  const ofLast = i32.add(i32.and(i32.sub(length, i32.const(1)), i32.const(vectorBytes - 1)), i32.const(1));
  const places = v128.const(Array.from({ length: vectorBytes }, (_, index) => index));
  return {
    sum: { parts, ownBytes, ...(factor && { factor }) },
    prepare: set(ownBytes, i8x16.ltU(places, i8x16.splat(ofLast))),
  };
}

/** Adds sixteen bytes to the parts of a sum. */
function addBytes({ isSigned }: ByteRows, parts: Local, bytes: Code): Code {
  const sums = isSigned
    ? i32x4.extaddPairwiseI16x8S(i16x8.extaddPairwiseI8x16S(bytes))
    : i32x4.extaddPairwiseI16x8U(i16x8.extaddPairwiseI8x16U(bytes));
  return set(parts, i32x4.add(get(parts), sums));
}

/** Begins the sum of a row anew. */
export const beginSum = ({ sums }: ByteRows, { parts }: RowSum): Code =>
  sums === undefined ? [] : set(parts, i32x4.const(0));

/** Copies sixteen bytes, and adds up those of them that are the row's: all but in its last vector. */
export function copyBytes(
  f: FunctionBuilder,
  rows: ByteRows,
  { parts, ownBytes }: RowSum,
  { source, target, offset = 0, isLast }: CopiedBytes,
): Code {
  const bytes = asOperand(f, rows, v128.load(get(source), offset));
  if (rows.sums === undefined) return v128.store(get(target), bytes, offset);
  const copied = f.local('v128');
  return [
    set(copied, bytes),
    v128.store(get(target), get(copied), offset),
    addBytes(rows, parts, isLast ? v128.and(get(copied), get(ownBytes)) : get(copied)),
  ];
}

interface CopiedBytes {
  readonly source: Local;
  readonly target: Local;
  readonly offset?: number;
  readonly isLast: boolean;
}

/** Puts a row's sum in front of its bytes, which begin at `start` and end at `target`, and sets `target` to where the next row's do. */
export function finishRow({ sums }: ByteRows, { parts, factor }: RowSum, start: Local, target: Local): Code {
  const next = i32.and(i32.add(get(target), i32.const(3)), i32.const(-4));
  if (sums === undefined) return set(target, next);
  const folded = (lanes: readonly number[]): Code =>
    set(parts, i32x4.add(get(parts), f32x4.shuffle(get(parts), get(parts), lanes)));
  const sum = i32x4.extractLane(get(parts), 0);
  return [
    folded([2, 3, 0, 1]),
    folded([1, 0, 3, 2]),
    i32.store(
      i32.sub(get(start), i32.const(sumBytes)),
      factor === undefined ? sum : i32.mul(sum, get(factor)),
    ),
    set(target, i32.add(next, i32.const(sumBytes))),
  ];
}

/** Adds up a row that was written in pieces: reads it again from `start` to `target`. */
export function sumWritten(
  f: FunctionBuilder,
  rows: ByteRows,
  sum: RowSum,
  start: Local,
  target: Local,
): Code {
  if (rows.sums === undefined) return [];
  const at = f.local('i32');
  return [
    // What is behind counts as nothing.
    v128.store(get(target), i32x4.const(0)),
    beginSum(rows, sum),
    set(at, get(start)),
    untilPointer(at, target, [addBytes(rows, sum.parts, v128.load(get(at))), advance(at, vectorBytes)]),
  ];
}

/**
 * The function of rows that follow one another. Parameters: first row, row to stop before, input, target, bytes of a row; then what
 * sums are multiplied by, if channels share it.
 */
export function emitByteRows({ rows }: ByteRowsCode): EmittedFunction {
  const parameters = rows.sums === 'shared' ? 6 : 5;
  const f = new FunctionBuilder(parameters);
  const [row, last, input, target, length, factor] = f.parameters as [
    ...[row: Local, last: Local, input: Local, target: Local, length: Local],
    factor?: Local,
  ];
  const [source, start, end, before] = f.integers(4) as [Local, Local, Local, Local];
  const { sum, prepare } = rowSum(f, get(length), factor);
  const body = [
    set(source, i32.add(get(input), i32.mul(get(row), get(length)))),
    rows.sums === undefined ? [] : [advance(target, sumBytes), prepare],
    // Bytes in front of a row's last vector.
    set(before, i32.and(i32.sub(get(length), i32.const(1)), i32.const(-vectorBytes))),
    f.upTo(row, get(last), [
      set(start, get(target)),
      set(end, i32.add(get(target), get(before))),
      beginSum(rows, sum),
      untilPointer(target, end, [
        copyBytes(f, rows, sum, { source, target, isLast: false }),
        advance(source, vectorBytes),
        advance(target, vectorBytes),
      ]),
      copyBytes(f, rows, sum, { source, target, isLast: true }),
      moveOn(source, i32.sub(get(length), get(before))),
      moveOn(target, i32.sub(get(length), get(before))),
      finishRow(rows, sum, start, target),
    ]),
  ];
  return { parameters, body: f.encode(body) };
}
