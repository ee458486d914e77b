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
import { balanced, floatBytes, lanes } from '../plan/shapes.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, i32, type Local, select, set, v128 } from '../wasm/instructions.js';
import { multiplyAdd } from './arithmetic.js';
import { type EmittedEpilogue, emitEpilogue } from './epilogue.js';
import { lanesOf, storeSums } from './store.js';

const vectorBytes = lanes * floatBytes;

/** A block of output pixels. `first` is its first one; in the loop over inner blocks that is any of them. */
interface PixelBlock {
  readonly first: number;
  readonly pixels: number;
  /** How many equal blocks follow one another, as a loop. */
  readonly repeats: number;
}

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
  /** The input row that a row pointer is computed for. */
  readonly y: Local;
  /** Bytes from a row's start to the block's first input column, and to the present channels. */
  readonly column: Local;
  readonly channelBytes: Local;
  readonly weights: Local;
  readonly output: Local;
  readonly addend: Local;
  readonly zero: Local;
  readonly accumulators: readonly Local[];
  readonly columns: readonly Local[];
  readonly weightRegisters: readonly Local[];
}

/** Whether all taps of output column `x` lie inside the image. */
function isInside({ strides, dilations, padding, window, input }: DepthwiseKernel, x: number): boolean {
  const first = x * strides[1] - padding[1];
  return first >= 0 && first + (window[1] - 1) * dilations[1] < input[1];
}

/** The blocks of an output row in order; equal neighbours that see no border are one entry. */
function pixelBlocks(kernel: DepthwiseKernel): PixelBlock[] {
  const { groups, size, larger } = balanced(kernel.output[1], kernel.pixels);
  const blocks: PixelBlock[] = [];
  let first = 0;
  for (let block = 0; block < groups; block++) {
    const pixels = block < larger ? size + 1 : size;
    const isInner = isInside(kernel, first) && isInside(kernel, first + pixels - 1);
    const last = blocks.at(-1);
    if (
      isInner &&
      last?.pixels === pixels &&
      isInside(kernel, last.first) &&
      isInside(kernel, last.first + pixels - 1)
    ) {
      blocks[blocks.length - 1] = { ...last, repeats: last.repeats + 1 };
    } else {
      blocks.push({ first, pixels, repeats: 1 });
    }
    first += pixels;
  }
  return blocks;
}

/** The pointer to row `row` of the window: inside the image, or the zeros. `row` may be code for a looped row. */
function rowPointer(context: DepthwiseContext, row: Code): Code {
  const { f, kernel, firstRow, image, column, y } = context;
  const zeros = f.parameters[5] as Local;
  const rowBytes = kernel.input[1] * kernel.channels * floatBytes;
  // The zeros are as long as a row, so a column's offset is valid in both.
  return [
    set(y, i32.add(get(firstRow), row)),
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

/** Which part of the channels a piece of code computes. */
interface ChannelPass {
  readonly vectors: number;
  /** Output channels held by the vectors, for the stores. */
  readonly outputs: number;
  /** Lane pattern that spreads input channels over the outputs of a channel multiplier. */
  readonly spread?: readonly number[];
  /** Bytes from the step's first output channel to this pass's. */
  readonly outputOffset: number;
}

/** All columns of one row of the window: loads each input column once and uses it for every pixel that needs it. */
function emitRow(
  context: DepthwiseContext,
  block: PixelBlock,
  pass: ChannelPass,
  pointer: Local,
  weightOffset: number,
): Code {
  const { engine, kernel, accumulators, columns, weightRegisters, weights, zero } = context;
  const { strides, dilations, padding, window, input, channels } = kernel;
  const code: Code[] = [];
  const loaded = new Set<number>();
  const isInner = block.repeats > 1;
  for (let tap = 0; tap < window[1]; tap++) {
    for (let v = 0; v < pass.vectors; v++) {
      const offset = weightOffset + (tap * pass.vectors + v) * vectorBytes;
      code.push(set(weightRegisters[v] as Local, v128.load(get(weights), offset)));
    }
    for (let pixel = 0; pixel < block.pixels; pixel++) {
      const column = pixel * strides[1] + tap * dilations[1];
      const imageColumn = block.first * strides[1] - padding[1] + column;
      const isOutside = !isInner && (imageColumn < 0 || imageColumn >= input[1]);
      if (!isOutside && !loaded.has(column)) {
        loaded.add(column);
        for (let v = 0; v < pass.vectors; v++) {
          const load = v128.load(
            get(pointer),
            (column - firstLoadedColumn(kernel, block)) * channels * floatBytes + v * vectorBytes,
          );
          const value = pass.spread === undefined ? load : f32x4.shuffle(load, get(zero), pass.spread);
          code.push(set(columns[column * pass.vectors + v] as Local, value));
        }
      }
      for (let v = 0; v < pass.vectors; v++) {
        const accumulator = accumulators[pixel * pass.vectors + v] as Local;
        const value = isOutside ? zero : (columns[column * pass.vectors + v] as Local);
        code.push(
          set(
            accumulator,
            multiplyAdd(engine, get(value), get(weightRegisters[v] as Local), get(accumulator)),
          ),
        );
      }
    }
  }
  return code;
}

/** The first column that a block reads, relative to its window's first: not 0 where that one lies left of the image. */
function firstLoadedColumn({ strides, padding }: DepthwiseKernel, block: PixelBlock): number {
  return Math.max(0, padding[1] - block.first * strides[1]);
}

/** One pass over the window for one part of the channels: biases, taps, epilogue, stores. */
function emitPass(context: DepthwiseContext, block: PixelBlock, pass: ChannelPass): Code {
  const { f, kernel, epilogue, rows, accumulators, weights, output, addend, channelBytes } = context;
  const { window, dilations, channels, multiplier, unrolledRows } = kernel;
  const rowWeights = window[1] * pass.vectors * vectorBytes;
  const head = pass.vectors * vectorBytes;
  const start: Code[] = [];
  for (let pixel = 0; pixel < block.pixels; pixel++) {
    for (let v = 0; v < pass.vectors; v++) {
      const accumulator = accumulators[pixel * pass.vectors + v] as Local;
      start.push(
        set(
          accumulator,
          pixel === 0 ? v128.load(get(weights), v * vectorBytes) : get(accumulators[v] as Local),
        ),
      );
    }
  }
  const taps: Code[] = [];
  if (unrolledRows) {
    rows.forEach((pointer, row) => {
      taps.push(emitRow(context, block, pass, pointer, head + row * rowWeights));
    });
    taps.push(set(weights, i32.add(get(weights), i32.const(head + window[0] * rowWeights))));
  } else {
    const [pointer, row] = [rows[0] as Local, f.local('i32')];
    taps.push(
      set(weights, i32.add(get(weights), i32.const(head))),
      set(row, i32.const(0)),
      f.repeat(window[0], [
        set(pointer, i32.add(rowPointer(context, get(row)), get(channelBytes))),
        emitRow(context, block, pass, pointer, 0),
        set(weights, i32.add(get(weights), i32.const(rowWeights))),
        set(row, i32.add(get(row), i32.const(dilations[0]))),
      ]),
    );
  }
  const finish = storeSums(
    f,
    {
      rows: block.pixels,
      vectors: pass.vectors,
      columns: pass.outputs,
      rowStride: channels * multiplier * floatBytes,
      offset: pass.outputOffset,
      output,
      addend,
      sum: (pixel, vector) => accumulators[pixel * pass.vectors + vector] as Local,
    },
    epilogue,
  );
  return [start, taps, finish];
}

/** The passes of a step of `inputs` channels. */
function passesOf({ multiplier }: DepthwiseKernel, inputs: number): ChannelPass[] {
  if (multiplier === 1) return [{ vectors: Math.ceil(inputs / lanes), outputs: inputs, outputOffset: 0 }];
  const outputs = inputs * multiplier;
  return Array.from({ length: Math.ceil(outputs / lanes) }, (_, vector) => ({
    vectors: 1,
    outputs: lanesOf(vector, outputs),
    outputOffset: vector * vectorBytes,
    spread: Array.from({ length: lanes }, (_, lane) =>
      Math.min(lanes - 1, Math.floor((vector * lanes + lane) / multiplier)),
    ),
  }));
}

/** One step of the channel loop, and the pointers behind it. */
function emitChannelStep(context: DepthwiseContext, block: PixelBlock, inputs: number): Code {
  const { kernel, rows, output, addend, channelBytes } = context;
  const inputBytes = inputs * floatBytes;
  const outputBytes = inputBytes * kernel.multiplier;
  const advance = (local: Local, bytes: number): Code => set(local, i32.add(get(local), i32.const(bytes)));
  return [
    passesOf(kernel, inputs).map((pass) => emitPass(context, block, pass)),
    kernel.unrolledRows ? rows.map((row) => advance(row, inputBytes)) : advance(channelBytes, inputBytes),
    advance(output, outputBytes),
    hasAddition(kernel.epilogue) ? advance(addend, outputBytes) : [],
  ];
}

/** A block of pixels: all channels of it. Afterwards `output` and `addend` stand at the next block. */
function emitBlock(context: DepthwiseContext, block: PixelBlock): Code {
  const { f, kernel, rows, weights, output, addend, column, channelBytes } = context;
  const { channels, multiplier, strides, padding, dilations } = kernel;
  const step = kernel.vectors * lanes;
  const { full, rest } = channelSteps(kernel);
  const blockInput =
    (block.first * strides[1] - padding[1] + firstLoadedColumn(kernel, block)) * channels * floatBytes;
  // The channel loop has moved one pixel on; the block's other pixels follow.
  const skip = (block.pixels - 1) * channels * multiplier * floatBytes;
  const body: Code = [
    set(weights, get(f.parameters[3] as Local)),
    kernel.unrolledRows
      ? rows.map((row, index) => set(row, rowPointer(context, i32.const(index * dilations[0]))))
      : set(channelBytes, i32.const(0)),
    f.repeat(full, emitChannelStep(context, block, step)),
    rest === 0 ? [] : emitChannelStep(context, block, rest),
    skip === 0 ? [] : set(output, i32.add(get(output), i32.const(skip))),
    skip === 0 || !hasAddition(kernel.epilogue) ? [] : set(addend, i32.add(get(addend), i32.const(skip))),
    set(column, i32.add(get(column), i32.const(block.pixels * strides[1] * channels * floatBytes))),
  ];
  return [set(column, i32.const(blockInput)), f.repeat(block.repeats, body)];
}

function createContext(engine: Engine, kernel: DepthwiseKernel, f: FunctionBuilder): DepthwiseContext {
  const { window, strides, dilations, pixels, vectors, unrolledRows } = kernel;
  const columnCount = (pixels - 1) * strides[1] + (window[1] - 1) * dilations[1] + 1;
  const i32Local = (): Local => f.local('i32');
  return {
    f,
    engine,
    kernel,
    epilogue: emitEpilogue(f, engine, kernel.epilogue),
    rows: Array.from({ length: unrolledRows ? window[0] : 1 }, i32Local),
    firstRow: i32Local(),
    image: i32Local(),
    y: i32Local(),
    column: i32Local(),
    channelBytes: i32Local(),
    weights: i32Local(),
    output: i32Local(),
    addend: i32Local(),
    zero: f.local('v128'),
    accumulators: f.vectors(pixels * vectors),
    columns: f.vectors(columnCount * vectors),
    weightRegisters: f.vectors(vectors),
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
  const { firstRow, image, output, addend } = context;
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
      hasAddition(kernel.epilogue) ? set(addend, i32.add(get(f.parameters[6] as Local), row)) : [],
      pixelBlocks(kernel).map((block) => emitBlock(context, block)),
    ]),
  ];
  return { parameters, body: f.encode(body) };
}
