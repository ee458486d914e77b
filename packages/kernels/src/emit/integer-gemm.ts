/** @file The code of integer matrix products; `plan/integer-gemm.ts` says how their weights lie. */
import { type IntegerGemmKernel, pairsOf, panelBytes } from '../plan/integer-gemm.js';
import { lanes } from '../plan/sizes.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { get, i32, i32x4, type Local, set, v128 } from '../wasm/instructions.js';
import { advance } from './address.js';
import type { EmittedFunction } from './elementwise.js';
import { requantizeRow } from './requantize.js';
import { lanesOf, storeLanes } from './store.js';

const vectorBytes = 16;

/** Pairs of the sum whose code is written out in one go. */
const unrolledPairs = 4;

/** Pointers of a tile. */
interface TilePlaces {
  /** The tile's first pixel under the window's first tap. */
  readonly source: Local;
  /** Where its panel's weights begin. */
  readonly panel: Local;
  /** Where its first sum goes. */
  readonly sums: Local;
}

interface Tile {
  readonly rows: number;
  readonly columns: number;
}

/** One tile: `sum += dot(in[pixel, pair], weight[pair, column])` over all taps and pairs, and the sums stored. */
function emitTile(
  f: FunctionBuilder,
  kernel: IntegerGemmKernel,
  { rows, columns }: Tile,
  { source, panel, sums }: TilePlaces,
  registers: { readonly sums: readonly Local[]; readonly weights: readonly Local[]; readonly splat: Local },
): Code {
  const vectors = Math.ceil(columns / lanes);
  const [tapRows, tapColumns] = kernel.taps;
  const pairs = pairsOf(kernel);
  const [tapRow, pointer, weights] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const sumOf = (row: number, vector: number): Local => registers.sums[row * vectors + vector] as Local;
  const eachVector = (code: (vector: number) => Code): Code =>
    Array.from({ length: vectors }, (_, vector) => code(vector));
  const eachRow = (code: (row: number) => Code): Code => Array.from({ length: rows }, (_, row) => code(row));
  const pair = (index: number): Code => [
    eachVector((vector) =>
      set(
        registers.weights[vector] as Local,
        v128.load(get(weights), (index * vectors + vector) * vectorBytes),
      ),
    ),
    eachRow((row) => [
      set(registers.splat, v128.load32Splat(get(pointer), row * kernel.pixelStride + index * 4)),
      eachVector((vector) =>
        set(
          sumOf(row, vector),
          i32x4.add(
            get(sumOf(row, vector)),
            i32x4.dotI16x8S(get(registers.splat), get(registers.weights[vector] as Local)),
          ),
        ),
      ),
    ]),
  ];
  const several = (count: number): Code => [
    Array.from({ length: count }, (_, index) => pair(index)),
    advance(pointer, count * 4),
    advance(weights, count * vectors * vectorBytes),
  ];
  const full = Math.floor(pairs / unrolledPairs);
  const rest = pairs - full * unrolledPairs;
  const run: Code = [f.repeat(full, several(unrolledPairs)), rest === 0 ? [] : several(rest)];
  const rowBytes = kernel.groups * kernel.columns * 4;
  return [
    eachRow((row) =>
      eachVector((vector) => set(sumOf(row, vector), v128.load(get(panel), vector * vectorBytes))),
    ),
    set(weights, i32.add(get(panel), i32.const(vectors * vectorBytes))),
    set(tapRow, get(source)),
    f.repeat(tapRows.count, [
      set(pointer, get(tapRow)),
      f.repeat(tapColumns.count, [run, advance(pointer, tapColumns.stride - pairs * 4)]),
      advance(tapRow, tapRows.stride),
    ]),
    eachRow((row) =>
      eachVector((vector) =>
        storeLanes(
          get(sums),
          get(sumOf(row, vector)),
          lanesOf(vector, columns),
          row * rowBytes + vector * vectorBytes,
        ),
      ),
    ),
  ];
}

/** All pixels of a line under one panel of `columns` columns. */
function emitPanel(
  f: FunctionBuilder,
  kernel: IntegerGemmKernel,
  columns: number,
  { source, panel, sums }: TilePlaces,
  registers: Parameters<typeof emitTile>[4],
): Code {
  const { rows } = kernel.tile;
  const places = { source: f.local('i32'), panel, sums: f.local('i32') };
  const full = Math.floor(kernel.pixels / rows);
  const rest = kernel.pixels - full * rows;
  const rowBytes = kernel.groups * kernel.columns * 4;
  return [
    set(places.source, get(source)),
    set(places.sums, get(sums)),
    f.repeat(full, [
      emitTile(f, kernel, { rows, columns }, places, registers),
      advance(places.source, rows * kernel.pixelStride),
      advance(places.sums, rows * rowBytes),
    ]),
    rest === 0 ? [] : emitTile(f, kernel, { rows: rest, columns }, places, registers),
    advance(panel, panelBytes(kernel, Math.ceil(columns / lanes))),
    advance(sums, columns * 4),
  ];
}

/**
 * The function. Parameters: first unit, last unit, widened input, weights, then where int32 is the result the output, and
 * where bytes are the table of factors, scratch for a line's sums, and the output.
 */
export function emitIntegerGemm(kernel: IntegerGemmKernel): EmittedFunction {
  const { result, groups, columns, pixels, tile } = kernel;
  const parameters = result.kind === 'int32' ? 5 : 7;
  const f = new FunctionBuilder(parameters);
  const [unit, end, input, packed, table, scratch] = f.parameters as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const output = f.parameters.at(-1) as Local;
  const places = { source: f.local('i32'), panel: f.local('i32'), sums: f.local('i32') };
  const registers = {
    sums: f.vectors(tile.rows * tile.vectors),
    weights: f.vectors(tile.vectors),
    splat: f.local('v128'),
  };
  const fullColumns = tile.vectors * lanes;
  const full = Math.floor(columns / fullColumns);
  const rest = columns - full * fullColumns;
  const channels = groups * columns;
  const lineSums = i32.mul(get(unit), i32.const(pixels * channels * 4));
  const target = f.local('i32');
  const lineOfImage = i32.remU(get(unit), i32.const(kernel.linesPerImage));
  const image = i32.divU(get(unit), i32.const(kernel.linesPerImage));
  const body = f.upTo(unit, get(end), [
    set(
      places.source,
      i32.add(
        get(input),
        i32.add(
          i32.mul(image, i32.const(kernel.imageStride)),
          i32.mul(lineOfImage, i32.const(kernel.lineStride)),
        ),
      ),
    ),
    set(places.panel, get(packed)),
    set(places.sums, result.kind === 'int32' ? i32.add(get(output), lineSums) : get(scratch)),
    f.repeat(groups, [
      f.repeat(full, emitPanel(f, kernel, fullColumns, places, registers)),
      rest === 0 ? [] : emitPanel(f, kernel, rest, places, registers),
      advance(places.source, kernel.depth * 2),
    ]),
    result.kind === 'int32'
      ? []
      : [
          set(places.sums, get(scratch)),
          set(target, i32.add(get(output), i32.mul(get(unit), i32.const(pixels * channels)))),
          requantizeRow(f, result, pixels, channels, { sums: places.sums, table, target }),
        ],
  ]);
  return { parameters, body: f.encode(body) };
}
