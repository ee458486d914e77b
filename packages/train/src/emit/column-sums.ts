/** @file The code of sums over positions. A unit is a piece of the rows under a few vectors of channels, summed in registers. */
import {
  type Code,
  type EmittedFunction,
  type Engine,
  FunctionBuilder,
  f32x4,
  floatBytes,
  get,
  i32,
  ifElse,
  type Local,
  lanes,
  multiplyAdd,
  set,
  v128,
} from '@sepconv/kernels/toolkit';
import { type ColumnSumsKernel, paddedChannels, sumsLength, vectorsAtOnce } from '../plan/column-sums.js';
import { masked } from './masked.js';

const vectorBytes = lanes * floatBytes;

/** The kernel's address parameters by what they are for. */
function parametersOf({ mode, bounds }: ColumnSumsKernel): readonly string[] {
  if (mode !== 'dots') return ['a', 'sums'];
  return ['a', 'b', 'mean', 'sums', ...(bounds === undefined ? [] : ['output'])];
}

/** One of two codes, by whether an index is below the number of those of the first kind. */
const either = (index: Local, full: number, rest: number, whole: Code, last: Code): Code =>
  rest === 0 ? whole : full === 0 ? last : ifElse(i32.ltS(get(index), i32.const(full)), whole, last);

interface TermLocals {
  readonly x: Local;
  readonly y: Local;
  readonly first: Local;
  readonly second: Local;
  readonly shift: Local;
}

/** One row of a vector of channels: what `x` holds is added to the first sum, its product to the second. */
function term(
  engine: Engine,
  { mode, bounds }: ColumnSumsKernel,
  load: (name: string) => Code,
  { x, y, first, second, shift }: TermLocals,
): Code {
  if (mode === 'sum') return set(first, f32x4.add(get(first), load('a')));
  if (mode === 'moments') {
    return [
      set(x, f32x4.sub(load('a'), get(shift))),
      set(first, f32x4.add(get(first), get(x))),
      set(second, multiplyAdd(engine, get(x), get(x), get(second))),
    ];
  }
  const centred = f32x4.sub(load('b'), get(shift));
  return [
    bounds === undefined ? set(x, load('a')) : [set(y, load('output')), set(x, masked(load('a'), y, bounds))],
    set(first, f32x4.add(get(first), get(x))),
    set(second, multiplyAdd(engine, get(x), centred, get(second))),
  ];
}

/** Parameters: first unit, last unit, and what {@link ColumnSumsKernel} says for each mode. */
export function emitColumnSums(engine: Engine, kernel: ColumnSumsKernel): EmittedFunction {
  const names = parametersOf(kernel);
  const f = new FunctionBuilder(2 + names.length);
  const [unit, end, ...addresses] = f.parameters as [Local, Local, ...Local[]];
  const address = (name: string): Local => addresses[names.indexOf(name)]!;
  const { mode, rows, channels } = kernel;
  const rowBytes = channels * floatBytes;
  const [x, y] = [f.local('v128'), f.local('v128')];
  const [first, second, shift] = [
    f.vectors(vectorsAtOnce),
    f.vectors(vectorsAtOnce),
    f.vectors(vectorsAtOnce),
  ];
  const [row, channel, piece, block, sums] = Array.from({ length: 5 }, () => f.local('i32')) as [
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const shiftSource = mode === 'moments' ? address('a') : mode === 'dots' ? address('mean') : undefined;
  const secondBytes = paddedChannels(channels) * floatBytes;
  const at = (base: Local): Code => i32.add(get(base), get(row));

  const emitTerm = (v: number): Code =>
    term(engine, kernel, (name) => v128.load(at(address(name)), v * vectorBytes), {
      x,
      y,
      first: first[v]!,
      second: second[v]!,
      shift: shift[v]!,
    });

  /** `vectors` vectors of channels over `count` rows. */
  const emitUnit = (vectors: number, count: number): Code => {
    const each = (body: (v: number) => Code): Code => Array.from({ length: vectors }, (_, v) => body(v));
    return [
      each((v) => [
        set(first[v]!, f32x4.const(0)),
        set(second[v]!, f32x4.const(0)),
        shiftSource === undefined
          ? []
          : set(shift[v]!, v128.load(i32.add(get(shiftSource), get(channel)), v * vectorBytes)),
      ]),
      set(row, i32.add(i32.mul(get(piece), i32.const(kernel.rowsOfPiece * rowBytes)), get(channel))),
      f.repeat(count, [each(emitTerm), set(row, i32.add(get(row), i32.const(rowBytes)))]),
      each((v) => [
        v128.store(get(sums), get(first[v]!), v * vectorBytes),
        mode === 'sum' ? [] : v128.store(get(sums), get(second[v]!), secondBytes + v * vectorBytes),
      ]),
    ];
  };

  const vectors = Math.ceil(channels / lanes);
  const blocks = Math.ceil(vectors / vectorsAtOnce);
  const [fullBlocks, lastVectors] = [Math.floor(vectors / vectorsAtOnce), vectors % vectorsAtOnce];
  const [fullPieces, lastRows] = [Math.floor(rows / kernel.rowsOfPiece), rows % kernel.rowsOfPiece];
  const emitRows = (count: number): Code =>
    either(block, fullBlocks, lastVectors, emitUnit(vectorsAtOnce, count), emitUnit(lastVectors, count));
  const body = f.upTo(unit, get(end), [
    set(piece, i32.divU(get(unit), i32.const(blocks))),
    set(block, i32.remU(get(unit), i32.const(blocks))),
    set(channel, i32.mul(get(block), i32.const(vectorsAtOnce * vectorBytes))),
    set(
      sums,
      i32.add(
        i32.add(get(address('sums')), i32.mul(get(piece), i32.const(sumsLength(kernel) * floatBytes))),
        get(channel),
      ),
    ),
    either(piece, fullPieces, lastRows, emitRows(kernel.rowsOfPiece), emitRows(lastRows)),
  ]);
  return { parameters: 2 + names.length, body: f.encode(body) };
}
