/**
 * @file The microkernel of every matrix product: R rows of the image times V vectors of output channels, all sums in
 * registers from the bias to the store.
 *
 *   acc[i][j] = bias[j] + Σ_k splat(in[i][k]) · weight[k][j]        i < R, j < V
 *
 * Each step of the sum loads V vectors of weights, which come in order from the packed panel, and R single floats, each
 * spread over a vector. Every row has a pointer of its own: general registers are not scarce here, the rows may lie any
 * number of bytes apart, and the offsets in the loop are so small that they take one byte of machine code instead of four.
 * The order of the sum is that of the elements, whatever the tile.
 */
import { sumBytes } from '../plan/byte-rows.js';
import type { Engine } from '../plan/engine.js';
import type { GemmCode, GemmParameter } from '../plan/gemm-code.js';
import { floatBytes, lanes } from '../plan/sizes.js';
import { type WidenedPanels, wideBytes } from '../plan/widened.js';
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { get, i16x8, i32, i32x4, type Local, set, v128 } from '../wasm/instructions.js';
import { advance, moveOn } from './address.js';
import { addProduct } from './arithmetic.js';
import type { EmittedEpilogue } from './epilogue.js';
import { loadEightOf } from './loads.js';
import { storeSums } from './store.js';
import { type ByteConstants, givenByteConstants, storeBytes } from './store-bytes.js';

const vectorBytes = lanes * floatBytes;

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
  /** Bytes from a row to the next, in the input and in the output. */
  readonly pixelStride: Local;
  readonly outputPixelStride: Local;
  readonly accumulators: readonly Local[];
  readonly weights: readonly Local[];
  readonly splat: Local;
  /** For each row the next element of its sum. */
  readonly rowCursors: readonly Local[];
  readonly weightCursor: Local;
  readonly tapCursors: readonly Local[];
  /** How often each loop of the sum runs, and how far its taps lie apart. */
  readonly tapCounts: readonly Local[];
  readonly tapStrides: readonly Local[];
  readonly turns: Local | undefined;
  /** What turns sums of integers into bytes, where they become bytes. */
  readonly bytes: ByteConstants | undefined;
  /** The zero point of weights that are widened as they are loaded. */
  readonly panelZero: Code | undefined;
}

/** New locals for tiles of at most the code's size. */
export function tileLocals(
  f: FunctionBuilder,
  engine: Engine,
  { rows, hasTaller, vectors, tapLoops, integers, widened }: GemmCode,
  sizes: ReadonlyMap<GemmParameter, Local>,
): TileLocals {
  const mostRows = hasTaller ? rows + 1 : rows;
  const levels = Array.from({ length: tapLoops }, (_, level) => level);
  return {
    input: f.local('i32'),
    panel: f.local('i32'),
    output: f.local('i32'),
    addend: f.local('i32'),
    pixelStride: sizes.get('pixelStride') as Local,
    outputPixelStride: sizes.get('outputPixelStride') as Local,
    accumulators: f.vectors(mostRows * vectors),
    weights: f.vectors(vectors),
    splat: f.local('v128'),
    rowCursors: Array.from({ length: mostRows }, () => f.local('i32')),
    weightCursor: f.local('i32'),
    tapCursors: levels.map(() => f.local('i32')),
    tapCounts: levels.map((level) => sizes.get(`tapCount${level}`) as Local),
    tapStrides: levels.map((level) => sizes.get(`tapStride${level}`) as Local),
    turns: sizes.get('turns'),
    panelZero: widened?.panels?.isInTile ? f.shortOf(sizes.get('panelZero') as Local) : undefined,
    bytes:
      integers === undefined || integers.dtype === 'int32'
        ? undefined
        : givenByteConstants(
            f,
            engine,
            { ...integers, dtype: integers.dtype },
            (name) => sizes.get(name) as Local,
          ),
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
  readonly code: GemmCode;
  readonly locals: TileLocals;
  readonly size: TileSize;
}

const accumulatorOf = ({ locals, size }: TileContext, row: number, vector: number): Local =>
  locals.accumulators[row * size.vectors + vector] as Local;

/** The cursors of the tile's rows. */
const cursorsOf = ({ locals, size }: TileContext): readonly Local[] => locals.rowCursors.slice(0, size.rows);

/** What lies in front of rows of bytes. */
const sumsOf = ({ code }: TileContext) => code.widened?.rows.bytes?.sums;

/** Bytes in front of a row's first element, and vectors of a panel in front of its weights, for each of its columns. */
const rowHead = (context: TileContext): number => (sumsOf(context) === undefined ? 0 : sumBytes);
const panelHead = (context: TileContext): number => (sumsOf(context) === 'each' ? 2 : 1);

/** acc[i][j] = bias[j] + splat(sum[i]) · factor[j], of bytes whose weights have a zero point; sums with a shared one are multiplied. */
function emitStartWithSums(context: TileContext): Code {
  const { locals, size } = context;
  return cursorsOf(context).map((cursor, i) => [
    set(locals.splat, v128.load32Splat(get(cursor))),
    Array.from({ length: size.vectors }, (_, j) => {
      const bias = v128.load(get(locals.panel), j * vectorBytes);
      const factor = v128.load(get(locals.panel), (size.vectors + j) * vectorBytes);
      const sum = get(locals.splat);
      const term = sumsOf(context) === 'each' ? i32x4.mul(sum, factor) : sum;
      return set(accumulatorOf(context, i, j), i32x4.add(bias, term));
    }),
  ]);
}

/** acc[i][j] = bias[j] */
function emitStart(context: TileContext): Code {
  const { locals, size } = context;
  if (sumsOf(context) !== undefined)
    return [startRows(context, get(locals.input)), emitStartWithSums(context)];
  const code: Code[] = [];
  for (let j = 0; j < size.vectors; j++) {
    const first = accumulatorOf(context, 0, j);
    code.push(set(first, v128.load(get(locals.panel), j * vectorBytes)));
    for (let i = 1; i < size.rows; i++) code.push(set(accumulatorOf(context, i, j), get(first)));
  }
  return code;
}

/** Bytes of a vector of weights in memory. */
const weightBytes = ({ panelZero }: TileLocals): number =>
  panelZero === undefined ? vectorBytes : vectorBytes / wideBytes;

/** The vector of weights with this index behind the cursor. */
function loadWeights({ code, locals }: TileContext, index: number): Code {
  const { weightCursor, panelZero } = locals;
  const offset = index * weightBytes(locals);
  if (panelZero === undefined) return v128.load(get(weightCursor), offset);
  const { dtype } = (code.widened as NonNullable<GemmCode['widened']>).panels as Pick<WidenedPanels, 'dtype'>;
  return i16x8.sub(loadEightOf(dtype)(get(weightCursor), offset), panelZero);
}

/** acc[i][j] += splat(in[i][k]) · weight[k][j], with k counted from the cursors */
function emitStep(context: TileContext, k: number): Code {
  const { engine, locals, size } = context;
  const code: Code[] = [];
  for (let j = 0; j < size.vectors; j++) {
    code.push(set(locals.weights[j] as Local, loadWeights(context, k * size.vectors + j)));
  }
  cursorsOf(context).forEach((cursor, i) => {
    code.push(set(locals.splat, v128.load32Splat(get(cursor), rowHead(context) + k * floatBytes)));
    for (let j = 0; j < size.vectors; j++) {
      const accumulator = accumulatorOf(context, i, j);
      const weight = get(locals.weights[j] as Local);
      code.push(
        set(accumulator, addProduct(engine, context.code, get(locals.splat), weight, get(accumulator))),
      );
    }
  });
  return code;
}

/** `count` steps of the sum, and all cursors behind them. */
function emitSteps(context: TileContext, count: number): Code {
  const { locals, size } = context;
  return [
    Array.from({ length: count }, (_, k) => emitStep(context, k)),
    cursorsOf(context).map((cursor) => advance(cursor, count * floatBytes)),
    advance(locals.weightCursor, count * size.vectors * weightBytes(locals)),
  ];
}

/** The contiguous part of the sum. */
function emitRun(context: TileContext): Code {
  const { f, code, locals } = context;
  return [
    locals.turns === undefined ? [] : f.repeat(locals.turns, emitSteps(context, code.stepsOfTurn)),
    emitSteps(context, code.stepsBehind),
  ];
}

/** Sets every row's cursor, the first row's to `from`. */
function startRows(context: TileContext, from: Code): Code {
  const { pixelStride } = context.locals;
  return cursorsOf(context).map((cursor, i, cursors) =>
    set(cursor, i === 0 ? from : i32.add(get(cursors[i - 1] as Local), get(pixelStride))),
  );
}

/** The sum over taps from loop `level` on: each loop keeps its own cursor, and the innermost one runs the sum. */
function emitTaps(context: TileContext, level: number, from: Code): Code {
  const { f, locals } = context;
  const cursor = locals.tapCursors[level];
  if (cursor === undefined) return [startRows(context, from), emitRun(context)];
  return [
    set(cursor, from),
    f.repeat(locals.tapCounts[level] as Local, [
      emitTaps(context, level + 1, get(cursor)),
      moveOn(cursor, get(locals.tapStrides[level] as Local)),
    ]),
  ];
}

/**
 * The code of one tile, at the places that `locals.input`, `panel`, `output` and `addend` point to. Afterwards all but the
 * panel stand behind its last row.
 */
export function emitTile(
  f: FunctionBuilder,
  engine: Engine,
  code: GemmCode,
  locals: TileLocals,
  size: TileSize,
  epilogue: EmittedEpilogue,
): Code {
  const context: TileContext = { f, engine, code, locals, size };
  const block = {
    ...size,
    rowStride: locals.outputPixelStride,
    output: locals.output,
    offset: 0,
    sum: (row: number, vector: number) => accumulatorOf(context, row, vector),
  };
  return [
    emitStart(context),
    set(
      locals.weightCursor,
      i32.add(get(locals.panel), i32.const(panelHead(context) * size.vectors * vectorBytes)),
    ),
    emitTaps(context, 0, get(locals.input)),
    moveOn(locals.input, i32.mul(get(locals.pixelStride), i32.const(size.rows))),
    locals.bytes === undefined
      ? storeSums(f, { ...block, addend: locals.addend }, epilogue)
      : storeBytes({
          ...block,
          constants: locals.bytes,
          ratios: locals.weightCursor,
          factors: locals.weights,
        }),
  ];
}
