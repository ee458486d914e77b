/**
 * @file A depthwise convolution that writes nothing out: for windows, dilations, borders and channel multipliers with which
 * blocks of their own would be more code than the layer is worth. A unit of work is an output row:
 *
 *   for each block of output pixels → for each step of channels → for each multiple:
 *     acc[x] = bias;  for each row and column of the window: acc[x] += in[row][x·s + column·d] · weight[row][column]
 *
 * Pixels whose windows lie inside the image along the row are taken a few at a time, the others one by one: there, taps
 * before the image, in it and behind it are three loops. A tap in the padding multiplies zeros, as everywhere.
 */
import { hasAddition } from '@sepconv/graph';
import { channelSteps, type DepthwiseKernel, elementBytes } from '../../plan/depthwise-conv2d.js';
import type { Engine } from '../../plan/engine.js';
import { storedBytes } from '../../plan/integers.js';
import { insideColumns } from '../../plan/pixel-blocks.js';
import { floatBytes, lanes } from '../../plan/sizes.js';
import type { Code } from '../../wasm/code.js';
import type { FunctionBuilder } from '../../wasm/function.js';
import { brIf, get, i32, ifElse, type Local, loop, set, v128 } from '../../wasm/instructions.js';
import { advance, minimum, moveOn } from '../address.js';
import { addProduct } from '../arithmetic.js';
import { emitEpilogue } from '../epilogue.js';
import { forEachVector } from '../flat-loop.js';
import { insideTaps } from '../pool.js';
import { lanesOf, storeLanes } from '../store.js';
import { type ByteConstants, byteConstantsOf, storeBytes } from '../store-bytes.js';
import { loadElements, zeroPointsOf } from './elements.js';

const vectorBytes = lanes * floatBytes;

/** What the parts of the code share. */
interface LoopedContext {
  readonly f: FunctionBuilder;
  readonly engine: Engine;
  readonly kernel: DepthwiseKernel;
  /** The image's row under the window's first one: its number, which may lie outside, and its first byte. */
  readonly firstRow: Local;
  readonly rowStart: Local;
  /** The output pixel in its row, and the first byte of that row. */
  readonly x: Local;
  readonly outputRow: Local;
  /** The first tap's first channel, and the first output of the step. */
  readonly source: Local;
  readonly target: Local;
  /** The step's weights, and the next ones of the sum. */
  readonly panel: Local;
  readonly weights: Local;
  /** The window's row: its number in the image and its first tap, and the tap that is read. */
  readonly y: Local;
  readonly rowSource: Local;
  readonly tap: Local;
  readonly tapSource: Local;
  readonly sums: readonly Local[];
  readonly weightRegisters: readonly Local[];
  readonly zero: Local;
  /** The zero point of bytes, eight times. */
  readonly zeroPoints: Local | undefined;
  /** What turns sums of integers into bytes, where they become bytes. */
  readonly bytes: ByteConstants | undefined;
}

/** What is computed at a time. */
interface Block {
  readonly pixels: number;
  /** Channels of the step, and the vectors that hold them. */
  readonly inputs: number;
  readonly vectors: number;
}

const sumOf = ({ sums }: LoopedContext, { vectors }: Block, pixel: number, vector: number): Local =>
  sums[pixel * vectors + vector] as Local;

/** Code for each pixel of a block and each of its vectors. */
function eachSum(
  context: LoopedContext,
  block: Block,
  code: (sum: Local, pixel: number, vector: number) => Code,
): Code {
  return Array.from({ length: block.pixels * block.vectors }, (_, i) => {
    const [pixel, vector] = [Math.floor(i / block.vectors), i % block.vectors];
    return code(sumOf(context, block, pixel, vector), pixel, vector);
  });
}

/** The multiply-adds of one tap, whose columns `columnOf` gives; the weights are moved behind it. */
function emitTap(
  context: LoopedContext,
  block: Block,
  columnOf: (pixel: number, vector: number) => Code,
): Code {
  const { engine, kernel, weights, weightRegisters } = context;
  return [
    weightRegisters
      .slice(0, block.vectors)
      .map((register, vector) => set(register, v128.load(get(weights), vector * vectorBytes))),
    eachSum(context, block, (sum, pixel, vector) =>
      set(
        sum,
        addProduct(engine, kernel, columnOf(pixel, vector), get(weightRegisters[vector] as Local), get(sum)),
      ),
    ),
    advance(weights, kernel.multiplier * block.vectors * vectorBytes),
  ];
}

/** Taps from `tap` on to before `end` that lie in the padding. */
function emitOutside(context: LoopedContext, block: Block, end: Code): Code {
  const { f, tap, zero } = context;
  return f.upTo(
    tap,
    end,
    emitTap(context, block, () => get(zero)),
  );
}

/** Taps from `tap` on to before `end` that lie in the image. */
function emitInside(context: LoopedContext, block: Block, end: Code): Code {
  const { f, kernel, tap, tapSource, rowSource, zeroPoints } = context;
  const { channels, strides, dilations } = kernel;
  const pixelBytes = channels * elementBytes(kernel);
  const tapBytes = dilations[1] * pixelBytes;
  return [
    set(tapSource, i32.add(get(rowSource), i32.mul(get(tap), i32.const(tapBytes)))),
    f.upTo(tap, end, [
      emitTap(context, block, (pixel, vector) =>
        loadElements(
          kernel,
          zeroPoints,
          tapSource,
          pixel * strides[1] * pixelBytes + vector * lanes * elementBytes(kernel),
        ),
      ),
      advance(tapSource, tapBytes),
    ]),
  ];
}

/** The sum of a block: biases, then all rows of the window. `inside` is the part of a row that lies in the image. */
function emitSum(context: LoopedContext, block: Block, inside: { first: Code; end: Code } | undefined): Code {
  const { f, kernel, panel, weights, y, firstRow, rowSource, source, tap } = context;
  const { window, dilations, channels, input, multiplier } = kernel;
  const columns = i32.const(window[1]);
  const rowBytes = input[1] * channels * elementBytes(kernel);
  const inImage =
    inside === undefined
      ? emitInside(context, block, columns)
      : [
          emitOutside(context, block, inside.first),
          emitInside(context, block, inside.end),
          emitOutside(context, block, columns),
        ];
  return [
    eachSum(context, block, (sum, _, vector) => set(sum, v128.load(get(panel), vector * vectorBytes))),
    set(weights, i32.add(get(panel), i32.const(multiplier * block.vectors * vectorBytes))),
    set(y, get(firstRow)),
    set(rowSource, get(source)),
    f.repeat(window[0], [
      set(tap, i32.const(0)),
      ifElse(i32.ltU(get(y), i32.const(input[0])), inImage, emitOutside(context, block, columns)),
      moveOn(y, i32.const(dilations[0])),
      moveOn(rowSource, i32.const(dilations[0] * rowBytes)),
    ]),
  ];
}

/** Stores the bare sums of one multiple: side by side, or each lane in the place of its channel's multiple. */
function storeSums(context: LoopedContext, block: Block): Code {
  const { kernel, target, bytes } = context;
  const { channels, multiplier } = kernel;
  const pixelBytes = channels * multiplier * storedBytes(kernel.integers);
  if (bytes !== undefined) {
    return storeBytes({
      constants: bytes,
      rows: block.pixels,
      vectors: block.vectors,
      columns: block.inputs,
      rowStride: pixelBytes,
      output: target,
      offset: 0,
      ratios: context.weights,
      factors: context.weightRegisters,
      sum: (pixel, vector) => sumOf(context, block, pixel, vector),
    });
  }
  return eachSum(context, block, (sum, pixel, vector) => {
    const used = lanesOf(vector, block.inputs);
    const place = pixel * pixelBytes + vector * vectorBytes * multiplier;
    if (multiplier === 1) return storeLanes(get(target), get(sum), used, place);
    return Array.from({ length: used }, (_, lane) =>
      v128.store32Lane(get(target), get(sum), lane, place + lane * multiplier * floatBytes),
    );
  });
}

/** A block of pixels from `x` on: all channels of it. */
function emitBlock(context: LoopedContext, pixels: number, isInner: boolean): Code {
  const { f, kernel, x, rowStart, outputRow, source, target, panel, bytes } = context;
  const { channels, multiplier, strides, padding, window, dilations, input, vectors } = kernel;
  const pixelBytes = channels * elementBytes(kernel);
  const taps = insideTaps(f, input[1], window[1], dilations[1]);
  const position = i32.sub(i32.mul(get(x), i32.const(strides[1])), i32.const(padding[1]));
  const first = minimum(get(taps.first), i32.const(window[1]));
  const inside = isInner ? undefined : { first, end: minimum(get(taps.end), i32.const(window[1])) };
  const step = (inputs: number): Code => {
    const block: Block = { pixels, inputs, vectors: Math.ceil(inputs / lanes) };
    const planeBytes = block.vectors * vectorBytes;
    return [
      f.repeat(multiplier, [
        emitSum(context, block, inside),
        storeSums(context, block),
        advance(panel, planeBytes),
        advance(target, storedBytes(kernel.integers)),
      ]),
      // The loop over multiples has moved on by one plane, and by one element, for each.
      advance(panel, (window[0] * window[1] + (bytes === undefined ? 0 : 1)) * multiplier * planeBytes),
      advance(target, (inputs - 1) * multiplier * storedBytes(kernel.integers)),
      advance(source, inputs * elementBytes(kernel)),
    ];
  };
  const { full, rest } = channelSteps(kernel);
  return [
    set(taps.position, position),
    isInner ? [] : taps.set,
    set(source, i32.add(get(rowStart), i32.mul(get(taps.position), i32.const(pixelBytes)))),
    set(
      target,
      i32.add(
        get(outputRow),
        i32.mul(get(x), i32.const(channels * multiplier * storedBytes(kernel.integers))),
      ),
    ),
    set(panel, get(f.parameters[3] as Local)),
    f.repeat(full, step(vectors * lanes)),
    rest === 0 ? [] : step(rest),
    advance(x, pixels),
  ];
}

/** All pixels of an output row: those that see no border in whole blocks, the others one by one. */
function emitBlocks(context: LoopedContext): Code {
  const { kernel, x } = context;
  const { first, end } = insideColumns(kernel);
  const inBlocks = Math.floor((end - first) / kernel.pixels) * kernel.pixels;
  const isInBlock = i32.ltU(i32.sub(get(x), i32.const(first)), i32.const(inBlocks));
  const block = emitBlock(context, kernel.pixels, true);
  const single = emitBlock(context, 1, false);
  const next = inBlocks === 0 ? single : ifElse(isInBlock, block, single);
  return loop([next, brIf(0, i32.ltS(get(x), i32.const(kernel.output[1])))]);
}

/** The epilogue over a whole output row, whose bare sums lie there already. */
function applyEpilogue({ f, engine, kernel, outputRow }: LoopedContext, addend: Local): Code {
  if (kernel.epilogue.length === 0) return [];
  const epilogue = emitEpilogue(f, engine, kernel.epilogue);
  const [offset, value] = [f.local('i32'), f.local('v128')];
  return forEachVector(f, kernel.output[1] * kernel.channels * kernel.multiplier, offset, (at, used) => [
    set(value, v128.load(i32.add(get(outputRow), at))),
    epilogue.apply(value, v128.load(i32.add(get(addend), at))),
    storeLanes(i32.add(get(outputRow), at), get(value), used, 0),
  ]);
}

/** The body of the function, whose parameters are those of every depthwise convolution. */
export function emitLooped(f: FunctionBuilder, engine: Engine, kernel: DepthwiseKernel): Code {
  const { input, output, channels, multiplier, strides, padding, pixels, vectors } = kernel;
  const [unit, end, images, , outputs] = f.parameters as [Local, Local, Local, Local, Local];
  const i32Local = (): Local => f.local('i32');
  const { zeroPoints, start } = zeroPointsOf(f, kernel);
  const context: LoopedContext = {
    f,
    engine,
    kernel,
    firstRow: i32Local(),
    rowStart: i32Local(),
    x: i32Local(),
    outputRow: i32Local(),
    source: i32Local(),
    target: i32Local(),
    panel: i32Local(),
    weights: i32Local(),
    y: i32Local(),
    rowSource: i32Local(),
    tap: i32Local(),
    tapSource: i32Local(),
    sums: f.vectors(pixels * vectors),
    weightRegisters: f.vectors(vectors),
    zero: f.local('v128'),
    zeroPoints,
    bytes: byteConstantsOf(f, engine, kernel),
  };
  const { firstRow, rowStart, x, outputRow } = context;
  const rowBytes = input[1] * channels * elementBytes(kernel);
  const outputRowBytes = output[1] * channels * multiplier * storedBytes(kernel.integers);
  const image = i32.divU(get(unit), i32.const(output[0]));
  const row = i32.remU(get(unit), i32.const(output[0]));
  const ofUnit = i32.mul(get(unit), i32.const(outputRowBytes));
  const addend = i32Local();
  return [
    start,
    f.upTo(unit, get(end), [
      set(firstRow, i32.sub(i32.mul(row, i32.const(strides[0])), i32.const(padding[0]))),
      set(
        rowStart,
        i32.add(
          get(images),
          i32.mul(i32.add(i32.mul(image, i32.const(input[0])), get(firstRow)), i32.const(rowBytes)),
        ),
      ),
      set(outputRow, i32.add(get(outputs), ofUnit)),
      set(x, i32.const(0)),
      emitBlocks(context),
      hasAddition(kernel.epilogue) ? set(addend, i32.add(get(f.parameters[6] as Local), ofUnit)) : [],
      applyEpilogue(context, addend),
    ]),
  ];
}
