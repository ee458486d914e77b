/** @file The code that copies rows of bytes for relaxed dot products, with their sums in front where those are needed. */
import { type ByteRows, type ByteRowsCode, isFlipped, sumBytes } from '../plan/byte-rows.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { get, i16x8, i32, i32x4, type Local, set, v128 } from '../wasm/instructions.js';
import { advance, moveOn, untilPointer } from './address.js';
import type { EmittedFunction } from './elementwise.js';

const vectorBytes = 16;

/** Flips the sign bit of sixteen bytes, where the product takes them otherwise than they are stored. */
export const asOperand = (f: FunctionBuilder, rows: ByteRows, bytes: Code): Code =>
  isFlipped(rows) ? v128.xor(bytes, f.integerConstant(0x80808080 | 0)) : bytes;

/**
 * Ends a row, whose bytes begin at `start` and end at `target`: its sum in front of it, if that is needed, and `target` where
 * the next row's bytes begin.
 */
export function endRow(
  f: FunctionBuilder,
  { isSigned, hasSums }: ByteRows,
  start: Local,
  target: Local,
): Code {
  const next = i32.and(i32.add(get(target), i32.const(3)), i32.const(-4));
  if (!hasSums) return set(target, next);
  const [sum, none] = f.vectors(2) as [Local, Local];
  const at = f.local('i32');
  const [pairs, quads] = isSigned
    ? [i16x8.extaddPairwiseI8x16S, i32x4.extaddPairwiseI16x8S]
    : [i16x8.extaddPairwiseI8x16U, i32x4.extaddPairwiseI16x8U];
  const lane = (index: number): Code => i32x4.extractLane(get(sum), index);
  return [
    // What is behind counts as nothing.
    v128.store(get(target), get(none)),
    set(sum, get(none)),
    set(at, get(start)),
    untilPointer(at, target, [
      set(sum, i32x4.add(get(sum), quads(pairs(v128.load(get(at)))))),
      advance(at, vectorBytes),
    ]),
    i32.store(
      i32.sub(get(start), i32.const(sumBytes)),
      i32.add(i32.add(lane(0), lane(1)), i32.add(lane(2), lane(3))),
    ),
    set(target, i32.add(next, i32.const(sumBytes))),
  ];
}

/** The function of rows that follow one another. Parameters: first row, row to stop before, input, target, bytes of a row. */
export function emitByteRows({ rows }: ByteRowsCode): EmittedFunction {
  const f = new FunctionBuilder(5);
  const [row, last, input, target, length] = f.parameters as [Local, Local, Local, Local, Local];
  const [source, start, end] = f.integers(3) as [Local, Local, Local];
  const body = [
    set(source, i32.add(get(input), i32.mul(get(row), get(length)))),
    rows.hasSums ? advance(target, sumBytes) : [],
    f.upTo(row, get(last), [
      set(start, get(target)),
      set(end, i32.add(get(target), get(length))),
      untilPointer(target, end, [
        v128.store(get(target), asOperand(f, rows, v128.load(get(source)))),
        advance(source, vectorBytes),
        advance(target, vectorBytes),
      ]),
      // Back to where the row ends.
      moveOn(source, i32.sub(get(end), get(target))),
      set(target, get(end)),
      endRow(f, rows, start, target),
    ]),
  ];
  return { parameters: 5, body: f.encode(body) };
}
