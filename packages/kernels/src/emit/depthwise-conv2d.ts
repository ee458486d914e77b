/**
 * @file The code of a depthwise convolution. A unit of work is one output row:
 *
 *   for each block of neighbouring output pixels → for each step of channels:
 *     acc[x] = bias;  for each row and column of the window: acc[x] += in[row][x·s + column·d] · weight[row][column]
 *
 * Blocks at the left and right border have their own code, in which columns outside the image read a register of zeros;
 * the blocks between share one loop. A row outside the image is replaced by a buffer of zeros, so that a tap in the
 * padding is multiplied like any other, as the reference does.
 */

import { channelSteps, type DepthwiseKernel } from '../plan/depthwise-conv2d.js';
import type { Engine } from '../plan/engine.js';
import { hasAddition } from '../plan/epilogue.js';
import { floatBytes, lanes } from '../plan/shapes.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { get, i32, type Local, select, set, v128 } from '../wasm/instructions.js';
import { interleave, type LevelRegisters } from './depthwise/interleave.js';
import { firstLoadedColumn, type PixelBlock, pixelBlocks } from './depthwise/pixel-blocks.js';
import { emitRow, registersOf, type TapRegisters } from './depthwise/taps.js';
import { type EmittedEpilogue, emitEpilogue } from './epilogue.js';
import { storeSums } from './store.js';

const vectorBytes = lanes * floatBytes;

interface DepthwiseContext {
  readonly f: FunctionBuilder;
  readonly engine: Engine;
  readonly kernel: DepthwiseKernel;
  readonly epilogue: EmittedEpilogue;
  /** For each row of the window its pointer at the block's first input column; a single one when rows are looped. */
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
  readonly weights: Local;
  readonly output: Local;
  readonly addend: Local;
  /** For a channel multiplier: always where `output` is, but a pointer of its own, which keeps V8's pairs of stores apart. */
  readonly planePointer: Local;
  readonly taps: TapRegisters;
  /** For a channel multiplier: the sums of one pixel, and what is stored of them. */
  readonly planes: readonly Local[];
  readonly levels: LevelRegisters;
}

/** Whether all rows of the window are written out. */
function isUnrolled({ unrolledRows, window }: DepthwiseKernel): boolean {
  return unrolledRows >= window[0];
}

/** The pointer to a row of the window: inside the image, or the zeros. */
function rowPointer(context: DepthwiseContext, row: number): Code {
  const { f, kernel, firstRow, image, column, y } = context;
  const zeros = f.parameters[5] as Local;
  const rowBytes = kernel.input[1] * kernel.channels * floatBytes;
  // The zeros are as long as a row, so a column's offset is valid in both.
  return [
    set(y, i32.add(get(firstRow), i32.const(row))),
    i32.add(
      select(
        i32.add(get(image), i32.mul(get(y), i32.const(rowBytes))),
        get(zeros),
        i32.ltU(get(y), i32.const(kernel.input[0])),
      ),
      get(column),
    ),
  ];
}

/** Sums begin with the bias. */
function emitBiases({ kernel, taps, weights }: DepthwiseContext, block: PixelBlock, vectors: number): Code {
  const code: Code[] = [];
  for (let pixel = 0; pixel < block.pixels; pixel++) {
    for (let multiple = 0; multiple < kernel.multiplier; multiple++) {
      for (let v = 0; v < vectors; v++) {
        const bias =
          pixel === 0
            ? v128.load(get(weights), (multiple * vectors + v) * vectorBytes)
            : get(taps.accumulator(0, multiple, v));
        code.push(set(taps.accumulator(pixel, multiple, v), bias));
      }
    }
  }
  return code;
}

/** All rows of the window. Afterwards `weights` stands behind the step's. */
function emitWindow(context: DepthwiseContext, block: PixelBlock, vectors: number): Code {
  const { kernel, rows, taps, weights } = context;
  const { window, multiplier } = kernel;
  const head = multiplier * vectors * vectorBytes;
  const rowWeights = window[1] * head;
  if (!isUnrolled(kernel)) return emitLoopedWindow(context, block, vectors);
  return [
    rows.map((pointer, row) =>
      emitRow(taps, { block, vectors, pointer, weightOffset: head + row * rowWeights }),
    ),
    set(weights, i32.add(get(weights), i32.const(head + window[0] * rowWeights))),
  ];
}

/** As {@link emitWindow}, in turns of a few rows, then those that are left. */
function emitLoopedWindow(context: DepthwiseContext, block: PixelBlock, vectors: number): Code {
  const { f, kernel, taps, weights, rows, y, zeroRow, imageRow } = context;
  const { window, dilations, multiplier, unrolledRows, input, channels } = kernel;
  const head = multiplier * vectors * vectorBytes;
  const rowWeights = window[1] * head;
  const rowBytes = input[1] * channels * floatBytes;
  const [pointer] = rows as [Local];
  const turn = (count: number): Code => [
    Array.from({ length: count }, (_, row) => [
      set(pointer, select(get(imageRow), get(zeroRow), i32.ltU(get(y), i32.const(input[0])))),
      emitRow(taps, { block, vectors, pointer, weightOffset: row * rowWeights }),
      set(y, i32.add(get(y), i32.const(dilations[0]))),
      set(imageRow, i32.add(get(imageRow), i32.const(dilations[0] * rowBytes))),
    ]),
    set(weights, i32.add(get(weights), i32.const(count * rowWeights))),
  ];
  return [
    startRows(context, rowBytes),
    set(weights, i32.add(get(weights), i32.const(head))),
    f.repeat(Math.floor(window[0] / unrolledRows), turn(unrolledRows)),
    window[0] % unrolledRows === 0 ? [] : turn(window[0] % unrolledRows),
  ];
}

/** Before the first row of a loop over rows: where it lies, and where zeros lie, if there are rows outside the image. */
function startRows(
  { f, firstRow, image, column, channelBytes, y, zeroRow, imageRow }: DepthwiseContext,
  rowBytes: number,
): Code {
  const zeros = f.parameters[5] as Local;
  return [
    set(y, get(firstRow)),
    set(zeroRow, i32.add(get(column), get(channelBytes))),
    set(imageRow, i32.add(i32.add(get(image), get(zeroRow)), i32.mul(get(y), i32.const(rowBytes)))),
    set(zeroRow, i32.add(get(zeroRow), get(zeros))),
  ];
}

/** Epilogue and stores without a channel multiplier: the sums lie as memory wants them. */
function storeChannels(context: DepthwiseContext, block: PixelBlock, inputs: number, vectors: number): Code {
  const { f, kernel, epilogue, output, addend, taps } = context;
  const rowStride = kernel.channels * floatBytes;
  const sum = (pixel: number, vector: number): Local => taps.accumulator(pixel, 0, vector);
  const sums = { rows: block.pixels, vectors, columns: inputs, rowStride, offset: 0, output, addend, sum };
  return storeSums(f, sums, epilogue);
}

/**
 * Epilogue and stores with a channel multiplier. V8 joins pairs of sums into wide registers only when they are stored as
 * they are: where there are pairs, the sums go to the place of the output first, multiple by multiple, and are taken from
 * the first-level cache again to be interleaved.
 */
function storeInterleaved(
  context: DepthwiseContext,
  block: PixelBlock,
  inputs: number,
  vectors: number,
): Code {
  const { f, engine, kernel, epilogue, output, addend, taps, planePointer, planes, levels } = context;
  const { channels, multiplier } = kernel;
  const pixelBytes = channels * multiplier * floatBytes;
  const outputs = inputs * multiplier;
  const throughMemory = engine.vectorsPerRegister > 1 && inputs === vectors * lanes;
  const pixels = Array.from({ length: block.pixels }, (_, pixel) => pixel);
  /** The sums of a pixel, plane by plane, with their places in its part of the output. */
  const sumsOf = (pixel: number) =>
    Array.from({ length: multiplier * vectors }, (_, i) => ({
      sum: taps.accumulator(pixel, Math.floor(i / vectors), i % vectors),
      plane: planes[i] as Local,
      offset: pixel * pixelBytes + i * vectorBytes,
    }));
  const spill = pixels.map((pixel) =>
    sumsOf(pixel).map(({ sum, offset }) => v128.store(get(planePointer), get(sum), offset)),
  );
  const finish = pixels.map((pixel) => {
    const sums = sumsOf(pixel);
    const refill = sums.map(({ plane, offset }) => set(plane, v128.load(get(planePointer), offset)));
    const sources = sums.map(({ sum, plane }) => (throughMemory ? plane : sum));
    const byMultiple = Array.from({ length: multiplier }, (_, m) =>
      sources.slice(m * vectors, (m + 1) * vectors),
    );
    const joined = levels(0).slice(0, sums.length);
    const stored = {
      rows: 1,
      vectors: Math.ceil(outputs / lanes),
      columns: outputs,
      rowStride: 0,
      offset: pixel * pixelBytes,
      output,
      addend,
      sum: (_: number, vector: number) => joined[vector] as Local,
    };
    return [
      throughMemory ? refill : [],
      interleave(byMultiple, joined, (level) => levels(level + 1)),
      storeSums(f, stored, epilogue),
    ];
  });
  return [throughMemory ? spill : [], finish];
}

/** One step of the channel loop, and the pointers behind it. */
function emitChannelStep(context: DepthwiseContext, block: PixelBlock, inputs: number): Code {
  const { kernel, rows, output, addend, planePointer, channelBytes } = context;
  const inputBytes = inputs * floatBytes;
  const outputBytes = inputBytes * kernel.multiplier;
  const advance = (local: Local, bytes: number): Code => set(local, i32.add(get(local), i32.const(bytes)));
  const vectors = Math.ceil(inputs / lanes);
  const store = kernel.multiplier === 1 ? storeChannels : storeInterleaved;
  return [
    emitBiases(context, block, vectors),
    emitWindow(context, block, vectors),
    store(context, block, inputs, vectors),
    isUnrolled(kernel) ? rows.map((row) => advance(row, inputBytes)) : advance(channelBytes, inputBytes),
    advance(output, outputBytes),
    kernel.multiplier === 1 ? [] : advance(planePointer, outputBytes),
    hasAddition(kernel.epilogue) ? advance(addend, outputBytes) : [],
  ];
}

/** A block of pixels: all channels of it. Afterwards `output` and `addend` stand at the next block. */
function emitBlock(context: DepthwiseContext, block: PixelBlock): Code {
  const { f, kernel, rows, weights, output, addend, planePointer, column, channelBytes } = context;
  const { channels, multiplier, strides, padding, dilations } = kernel;
  const step = kernel.vectors * lanes;
  const { full, rest } = channelSteps(kernel);
  const blockInput =
    (block.first * strides[1] - padding[1] + firstLoadedColumn(kernel, block)) * channels * floatBytes;
  // The channel loop has moved one pixel on; the block's other pixels follow.
  const skip = (block.pixels - 1) * channels * multiplier * floatBytes;
  const body: Code = [
    set(weights, get(f.parameters[3] as Local)),
    isUnrolled(kernel)
      ? rows.map((row, index) => set(row, rowPointer(context, index * dilations[0])))
      : set(channelBytes, i32.const(0)),
    f.repeat(full, emitChannelStep(context, block, step)),
    rest === 0 ? [] : emitChannelStep(context, block, rest),
    skip === 0 ? [] : set(output, i32.add(get(output), i32.const(skip))),
    skip === 0 || multiplier === 1 ? [] : set(planePointer, i32.add(get(planePointer), i32.const(skip))),
    skip === 0 || !hasAddition(kernel.epilogue) ? [] : set(addend, i32.add(get(addend), i32.const(skip))),
    set(column, i32.add(get(column), i32.const(block.pixels * strides[1] * channels * floatBytes))),
  ];
  return [set(column, i32.const(blockInput)), f.repeat(block.repeats, body)];
}

/** Registers for interleaving, made when they are first asked for. */
function levelRegisters(f: FunctionBuilder, count: number): LevelRegisters {
  const made: Local[][] = [];
  return (level) => {
    made[level] ??= f.vectors(count);
    return made[level];
  };
}

function createContext(engine: Engine, kernel: DepthwiseKernel, f: FunctionBuilder): DepthwiseContext {
  const { window, multiplier, pixels, vectors, unrolledRows } = kernel;
  const i32Local = (): Local => f.local('i32');
  const weights = i32Local();
  const zero = f.local('v128');
  const accumulators = f.vectors(pixels * multiplier * vectors);
  const needed = registersOf(kernel);
  const perPixel = multiplier === 1 ? 0 : multiplier * vectors;
  return {
    f,
    engine,
    kernel,
    epilogue: emitEpilogue(f, engine, kernel.epilogue),
    rows: Array.from({ length: unrolledRows < window[0] ? 1 : window[0] }, i32Local),
    firstRow: i32Local(),
    image: i32Local(),
    y: i32Local(),
    imageRow: i32Local(),
    zeroRow: i32Local(),
    column: i32Local(),
    channelBytes: i32Local(),
    weights,
    output: i32Local(),
    addend: i32Local(),
    planePointer: i32Local(),
    taps: {
      engine,
      kernel,
      weights,
      zero,
      accumulator: (pixel, multiple, vector) =>
        accumulators[(pixel * multiplier + multiple) * vectors + vector] as Local,
      columns: f.vectors(needed.columns * vectors),
      weightRegisters: f.vectors(needed.weights * vectors),
    },
    planes: f.vectors(perPixel),
    levels: levelRegisters(f, perPixel),
  };
}

/**
 * The function of a depthwise convolution. Parameters: first unit, last unit, input, weights, output, zeros, and the
 * addend if there is one.
 */
export function emitDepthwise(
  engine: Engine,
  kernel: DepthwiseKernel,
): { readonly parameters: number; readonly body: Code } {
  const parameters = hasAddition(kernel.epilogue) ? 7 : 6;
  const f = new FunctionBuilder(parameters);
  const context = createContext(engine, kernel, f);
  const { firstRow, image, output, addend, planePointer } = context;
  const [unit, end, input, , target] = f.parameters as [Local, Local, Local, Local, Local];
  const { batch, strides, padding, channels, multiplier } = kernel;
  const imageBytes = kernel.input[0] * kernel.input[1] * channels * floatBytes;
  const rowBytes = kernel.output[1] * channels * multiplier * floatBytes;
  const y = batch === 1 ? get(unit) : i32.remU(get(unit), i32.const(kernel.output[0]));
  const n = i32.divU(get(unit), i32.const(kernel.output[0]));
  const row = i32.mul(get(unit), i32.const(rowBytes));
  const body: Code = [
    f.upTo(unit, get(end), [
      set(firstRow, i32.sub(i32.mul(y, i32.const(strides[0])), i32.const(padding[0]))),
      set(image, batch === 1 ? get(input) : i32.add(get(input), i32.mul(n, i32.const(imageBytes)))),
      set(output, i32.add(get(target), row)),
      multiplier === 1 ? [] : set(planePointer, i32.add(get(target), row)),
      hasAddition(kernel.epilogue) ? set(addend, i32.add(get(f.parameters[6] as Local), row)) : [],
      pixelBlocks(kernel).map((block) => emitBlock(context, block)),
    ]),
  ];
  return { parameters, body: f.encode(body) };
}
