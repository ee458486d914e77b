import { floatBytes, lanes } from '../plan/sizes.js';
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { get, i32, type Local, set, v128 } from '../wasm/instructions.js';
import { moveOn } from './address.js';
import type { EmittedEpilogue } from './epilogue.js';

/** Stores the first `count` lanes of a vector, 1 to 4, and touches no byte behind them. */
export function storeLanes(address: Code, value: Code, count: number, offset: number): Code {
  switch (count) {
    case 1:
      return v128.store32Lane(address, value, 0, offset);
    case 2:
      return v128.store64Lane(address, value, 0, offset);
    case 3:
      return [v128.store64Lane(address, value, 0, offset), v128.store32Lane(address, value, 2, offset + 8)];
    default:
      return v128.store(address, value, offset);
  }
}

/** Lanes that vector `index` of `count` elements holds. */
export function lanesOf(index: number, count: number): number {
  return Math.min(lanes, count - index * lanes);
}

/** Sums that are ready to be stored: `rows` pixels, `vectors` vectors of channels each. */
export interface SumBlock {
  readonly rows: number;
  readonly vectors: number;
  /** Channels in the vectors; the last vector may be partly used. */
  readonly columns: number;
  /**
   * Bytes from a pixel to the next: a number that is known now, or a local with it. Where it is a local, `output` and `addend`
   * are moved from pixel to pixel, and stand behind the last one afterwards.
   */
  readonly rowStride: number | Local;
  /** Bytes from `output` and `addend` to the first pixel's first channel. */
  readonly offset: number;
  readonly output: Local;
  readonly addend: Local;
  sum(row: number, vector: number): Local;
}

/** Each vector with its offset and how many of its lanes are used, in one row. */
function eachVector(block: SumBlock, code: (vector: number, offset: number, used: number) => Code): Code {
  return Array.from({ length: block.vectors }, (_, vector) =>
    code(vector, vector * lanes * floatBytes, lanesOf(vector, block.columns)),
  );
}

/** Bytes from the block's pointers to a row, as far as they are not moved there. */
const rowOffset = ({ offset, rowStride }: SumBlock, row: number): number =>
  typeof rowStride === 'number' ? offset + row * rowStride : offset;

/** Moves pointers to the next row, if they are moved. */
const toNextRow = ({ rowStride }: SumBlock, pointers: readonly Local[]): Code =>
  typeof rowStride === 'number' ? [] : pointers.map((pointer) => moveOn(pointer, get(rowStride)));

/** Applies the epilogue to every sum in its register, and stores them. */
function storeAtOnce(block: SumBlock, epilogue: EmittedEpilogue): Code {
  return Array.from({ length: block.rows }, (_, row) => {
    const base = rowOffset(block, row);
    return [
      eachVector(block, (vector, offset) =>
        epilogue.apply(block.sum(row, vector), v128.load(get(block.addend), base + offset)),
      ),
      eachVector(block, (vector, offset, used) =>
        storeLanes(get(block.output), get(block.sum(row, vector)), used, base + offset),
      ),
      toNextRow(block, epilogue.hasAddition ? [block.output, block.addend] : [block.output]),
    ];
  });
}

/**
 * Stores the bare sums, then takes them from the first-level cache again row by row. With something as long as an exponential
 * between sum and store, V8 would keep neither the sums in registers nor their pairs joined; and its code is here only once.
 */
function storeThenApply(f: FunctionBuilder, block: SumBlock, epilogue: EmittedEpilogue): Code {
  const [output, addend] = [f.local('i32'), f.local('i32')];
  const values = f.vectors(block.vectors);
  const { offset: base, rowStride } = block;
  const stride = typeof rowStride === 'number' ? i32.const(rowStride) : get(rowStride);
  return [
    set(output, get(block.output)),
    set(addend, get(block.addend)),
    Array.from({ length: block.rows }, (_, row) => [
      eachVector(block, (vector, offset, used) =>
        storeLanes(get(block.output), get(block.sum(row, vector)), used, rowOffset(block, row) + offset),
      ),
      toNextRow(block, [block.output]),
    ]),
    f.repeat(block.rows, [
      eachVector(block, (vector, offset) =>
        set(values[vector] as Local, v128.load(get(output), base + offset)),
      ),
      eachVector(block, (vector, offset) =>
        epilogue.apply(values[vector] as Local, v128.load(get(addend), base + offset)),
      ),
      eachVector(block, (vector, offset, used) =>
        storeLanes(get(output), get(values[vector] as Local), used, base + offset),
      ),
      moveOn(output, stride),
      moveOn(addend, stride),
    ]),
    typeof rowStride === 'number' ? [] : set(block.addend, get(addend)),
  ];
}

/** The epilogue and the stores of a block of sums. */
export function storeSums(f: FunctionBuilder, block: SumBlock, epilogue: EmittedEpilogue): Code {
  return epilogue.isLong ? storeThenApply(f, block, epilogue) : storeAtOnce(block, epilogue);
}
