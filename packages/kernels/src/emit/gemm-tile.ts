/**
 * @file The microkernel of every matrix product: R rows of the image times V vectors of output channels, all sums in
 * registers from the bias to the store.
 *
 *   acc[i][j] = bias[j] + Σ_k splat(in[i][k]) · weight[k][j]        i < R, j < V
 *
 * Each step of the sum loads V vectors of weights, which come in order from the packed panel, and R single floats, each
 * spread over a vector. The order of the sum is that of the elements, whatever the tile.
 */
import type { Engine } from '../plan/engine.js';
import { type GemmKernel, outputPixelStride } from '../plan/gemm.js';
import { floatBytes, lanes } from '../plan/shapes.js';
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { get, i32, type Local, set, v128 } from '../wasm/instructions.js';
import { multiplyAdd } from './arithmetic.js';
import type { EmittedEpilogue } from './epilogue.js';
import { storeSums } from './store.js';

const vectorBytes = lanes * floatBytes;

/** Sums up to this long are written out; longer ones loop. */
const longestUnrolled = 16;

/** Steps of the sum in one pass of the loop. */
const unroll = 4;

/** Locals that the tiles of one function share. */
export interface TileLocals {
  /** The first row's first input element. */
  readonly input: Local;
  /** The panel, biases first. */
  readonly panel: Local;
  /** The first row's first output element. */
  readonly output: Local;
  /** The first row's first element of the epilogue's addend. */
  readonly addend: Local;
  readonly accumulators: readonly Local[];
  readonly weights: readonly Local[];
  readonly splat: Local;
  readonly inputCursor: Local;
  readonly weightCursor: Local;
  readonly tapCursors: readonly Local[];
}

/** New locals for tiles of at most the kernel's size. */
export function tileLocals(f: FunctionBuilder, { tile, taps }: GemmKernel): TileLocals {
  return {
    input: f.local('i32'),
    panel: f.local('i32'),
    output: f.local('i32'),
    addend: f.local('i32'),
    accumulators: f.vectors(tile.rows * tile.vectors),
    weights: f.vectors(tile.vectors),
    splat: f.local('v128'),
    inputCursor: f.local('i32'),
    weightCursor: f.local('i32'),
    tapCursors: taps.map(() => f.local('i32')),
  };
}

/** A tile: its size, and how many output channels its vectors hold (the last vector may be partly empty). */
export interface TileSize {
  readonly rows: number;
  readonly vectors: number;
  readonly columns: number;
}

/** One tile of a function: everything that its code depends on. */
interface TileContext {
  readonly f: FunctionBuilder;
  readonly engine: Engine;
  readonly kernel: GemmKernel;
  readonly locals: TileLocals;
  readonly size: TileSize;
}

const accumulatorOf = ({ locals, size }: TileContext, row: number, vector: number): Local =>
  locals.accumulators[row * size.vectors + vector] as Local;

/** acc[i][j] = bias[j] */
function emitStart(context: TileContext): Code {
  const { locals, size } = context;
  const code: Code[] = [];
  for (let j = 0; j < size.vectors; j++) {
    const first = accumulatorOf(context, 0, j);
    code.push(set(first, v128.load(get(locals.panel), j * vectorBytes)));
    for (let i = 1; i < size.rows; i++) code.push(set(accumulatorOf(context, i, j), get(first)));
  }
  return code;
}

/** acc[i][j] += splat(in[i][k]) · weight[k][j], with k counted from the cursors */
function emitStep(context: TileContext, k: number): Code {
  const { engine, kernel, locals, size } = context;
  const code: Code[] = [];
  for (let j = 0; j < size.vectors; j++) {
    code.push(
      set(
        locals.weights[j] as Local,
        v128.load(get(locals.weightCursor), (k * size.vectors + j) * vectorBytes),
      ),
    );
  }
  for (let i = 0; i < size.rows; i++) {
    code.push(
      set(locals.splat, v128.load32Splat(get(locals.inputCursor), i * kernel.pixelStride + k * floatBytes)),
    );
    for (let j = 0; j < size.vectors; j++) {
      const accumulator = accumulatorOf(context, i, j);
      code.push(
        set(
          accumulator,
          multiplyAdd(engine, get(locals.splat), get(locals.weights[j] as Local), get(accumulator)),
        ),
      );
    }
  }
  return code;
}

/** `count` steps of the sum, and both cursors behind them. */
function emitSteps(context: TileContext, count: number): Code {
  const { locals, size } = context;
  return [
    Array.from({ length: count }, (_, k) => emitStep(context, k)),
    set(locals.inputCursor, i32.add(get(locals.inputCursor), i32.const(count * floatBytes))),
    set(
      locals.weightCursor,
      i32.add(get(locals.weightCursor), i32.const(count * size.vectors * vectorBytes)),
    ),
  ];
}

/** The contiguous part of the sum. */
function emitRun(context: TileContext): Code {
  const { depth } = context.kernel;
  if (depth <= longestUnrolled) return emitSteps(context, depth);
  const rest = depth % unroll;
  return [
    context.f.repeat((depth - rest) / unroll, emitSteps(context, unroll)),
    rest === 0 ? [] : emitSteps(context, rest),
  ];
}

/** The sum over taps from loop `level` on: each loop keeps its own cursor, and the innermost one runs the sum. */
function emitTaps(context: TileContext, level: number, from: Code): Code {
  const { f, kernel, locals } = context;
  const tap = kernel.taps[level];
  if (tap === undefined) return [set(locals.inputCursor, from), emitRun(context)];
  const cursor = locals.tapCursors[level] as Local;
  return [
    set(cursor, from),
    f.repeat(tap.count, [
      emitTaps(context, level + 1, get(cursor)),
      set(cursor, i32.add(get(cursor), i32.const(tap.stride))),
    ]),
  ];
}

/** The code of one tile, at the places that `locals.input`, `panel`, `output` and `addend` point to. */
export function emitTile(
  f: FunctionBuilder,
  engine: Engine,
  kernel: GemmKernel,
  locals: TileLocals,
  size: TileSize,
  epilogue: EmittedEpilogue,
): Code {
  const context: TileContext = { f, engine, kernel, locals, size };
  return [
    emitStart(context),
    set(locals.weightCursor, i32.add(get(locals.panel), i32.const(size.vectors * vectorBytes))),
    emitTaps(context, 0, get(locals.input)),
    storeSums(
      f,
      {
        ...size,
        rowStride: outputPixelStride(kernel),
        offset: 0,
        output: locals.output,
        addend: locals.addend,
        sum: (row, vector) => accumulatorOf(context, row, vector),
      },
      epilogue,
    ),
  ];
}
