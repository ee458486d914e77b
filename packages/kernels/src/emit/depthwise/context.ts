/** @file What the parts of a depthwise convolution's code share: its pointers and registers. */
import { hasAddition } from '@sepconv/graph';
import type { DepthwiseKernel } from '../../plan/depthwise-conv2d.js';
import type { Engine } from '../../plan/engine.js';
import type { Code } from '../../wasm/code.js';
import type { FunctionBuilder } from '../../wasm/function.js';
import type { Local } from '../../wasm/instructions.js';
import { type EmittedEpilogue, emitEpilogue } from '../epilogue.js';
import { type ByteConstants, byteConstantsOf } from '../store-bytes.js';
import { zeroPointsOf } from './elements.js';
import type { LevelRegisters } from './interleave.js';
import { registersOf, type TapRegisters } from './taps.js';
import type { DepthwiseView } from './view.js';

/** A pointer that moves with the output, and the parameter that says where its first unit begins. */
interface OutputPointer {
  readonly pointer: Local;
  readonly start: Local;
}

/** What the parts of the code share. */
export interface DepthwiseContext {
  readonly f: FunctionBuilder;
  readonly engine: Engine;
  readonly kernel: DepthwiseView;
  readonly epilogue: EmittedEpilogue;
  /** What turns sums of integers into bytes, where they become bytes. */
  readonly bytes: ByteConstants | undefined;
  /** The input rows that a block of output rows needs. */
  readonly inputRows: readonly InputRow[];
  /** For each of them its pointer at the block's first input column; a single one when rows are looped. */
  readonly rows: readonly Local[];
  /** Row y · stride − padding of the output row, and the image's first byte. */
  readonly firstRow: Local;
  readonly image: Local;
  /** The input row that a row pointer is computed for; in a loop over rows also where it lies, or zeros for it. */
  readonly y: Local;
  readonly imageRow: Local;
  readonly zeroRow: Local;
  /** Bytes from a row's start to the block's first input column, and to the present channels. */
  readonly column: Local;
  readonly channelBytes: Local;
  /** The weights of all channels, and those of the present step. */
  readonly panels: Local;
  readonly weights: Local;
  readonly output: Local;
  readonly addend: Local;
  /** For a channel multiplier: always where `output` is, but a pointer of its own, which keeps V8's pairs of stores apart. */
  readonly planePointer: Local;
  /** Those of the three that this kernel has: they move together. */
  readonly outputs: readonly OutputPointer[];
  readonly taps: TapRegisters;
  /** What has to be set before any unit. */
  readonly start: Code;
  /** For a channel multiplier: the sums of one pixel, and what is stored of them. */
  readonly planes: readonly Local[];
  readonly levels: LevelRegisters;
}

/** A row of the input under a block of output rows. */
export interface InputRow {
  /** Rows from the first one's window's start. */
  readonly offset: number;
  /** Which row of the window lies on it, for each output row that it counts for. */
  readonly uses: readonly { readonly outputRow: number; readonly windowRow: number }[];
}

/** The input rows that count for a block of output rows, from the top. */
function inputRowsOf({ window, strides, dilations, outputRows }: DepthwiseKernel): InputRow[] {
  const rows = new Map<number, { outputRow: number; windowRow: number }[]>();
  for (let outputRow = 0; outputRow < outputRows; outputRow++) {
    for (let windowRow = 0; windowRow < window[0]; windowRow++) {
      const offset = outputRow * strides[0] + windowRow * dilations[0];
      const uses = rows.get(offset);
      if (uses === undefined) rows.set(offset, [{ outputRow, windowRow }]);
      else uses.push({ outputRow, windowRow });
    }
  }
  return [...rows].sort(([a], [b]) => a - b).map(([offset, uses]) => ({ offset, uses }));
}

/** Whether all rows of the window are written out. */
export function isUnrolled({ unrolledRows, window }: DepthwiseKernel): boolean {
  return unrolledRows >= window[0];
}

/** Registers for interleaving, made when they are first asked for. */
function levelRegisters(f: FunctionBuilder, count: number): LevelRegisters {
  const made: Local[][] = [];
  return (level) => {
    made[level] ??= f.vectors(count);
    return made[level];
  };
}

/** The pointers that move with the output. */
function outputPointers({
  f,
  kernel,
  output,
  planePointer,
  addend,
}: Omit<DepthwiseContext, 'outputs'>): OutputPointer[] {
  const [target, addends] = [f.parameters[4] as Local, f.parameters.at(-1) as Local];
  return [
    { pointer: output, start: target },
    ...(kernel.multiplier === 1 ? [] : [{ pointer: planePointer, start: target }]),
    ...(hasAddition(kernel.epilogue) ? [{ pointer: addend, start: addends }] : []),
  ];
}

/** Pointers and registers for a kernel. */
export function createContext(engine: Engine, kernel: DepthwiseView, f: FunctionBuilder): DepthwiseContext {
  const { multiplier, pixels, outputRows, vectors } = kernel;
  const i32Local = (): Local => f.local('i32');
  const weights = i32Local();
  const zero = f.local('v128');
  const accumulators = f.vectors(outputRows * pixels * multiplier * vectors);
  const needed = registersOf(kernel);
  const inputRows = isUnrolled(kernel) ? inputRowsOf(kernel) : [];
  const perPixel = multiplier === 1 ? 0 : multiplier * vectors;
  const { zeroPoints, start } = zeroPointsOf(f, kernel);
  const context = {
    f,
    engine,
    kernel,
    epilogue: emitEpilogue(f, engine, kernel.epilogue),
    bytes: byteConstantsOf(f, engine, kernel),
    inputRows,
    rows: Array.from({ length: isUnrolled(kernel) ? inputRows.length : 1 }, i32Local),
    firstRow: i32Local(),
    image: i32Local(),
    y: i32Local(),
    imageRow: i32Local(),
    zeroRow: i32Local(),
    column: i32Local(),
    channelBytes: i32Local(),
    panels: i32Local(),
    weights,
    output: i32Local(),
    addend: i32Local(),
    planePointer: i32Local(),
    taps: {
      engine,
      kernel,
      weights,
      zero,
      zeroPoints,
      accumulator: (row: number, pixel: number, multiple: number, vector: number): Local =>
        accumulators[((row * pixels + pixel) * multiplier + multiple) * vectors + vector] as Local,
      columns: f.vectors(needed.columns * vectors),
      weightRegisters: f.vectors(needed.weights * vectors),
    },
    start,
    planes: f.vectors(perPixel),
    levels: levelRegisters(f, perPixel),
  };
  return { ...context, outputs: outputPointers(context) };
}
