/**
 * @file The code of a depthwise convolution. A unit of work is one output row, or a block of a few that share input rows:
 *
 *   for each block of neighbouring output pixels → for each step of channels:
 *     acc[x] = bias;  for each row and column of the window: acc[x] += in[row][x·s + column·d] · weight[row][column]
 *
 * Blocks at the left and right border have their own code, in which columns outside the image read a register of zeros;
 * the blocks between share one loop. A row outside the image is replaced by a buffer of zeros, so that a tap in the
 * padding is multiplied like any other, as the reference does.
 */

import { hasAddition } from '@sepconv/graph';
import { channelSteps, type DepthwiseKernel, elementBytes } from '../plan/depthwise-conv2d.js';
import type { Engine } from '../plan/engine.js';
import { storedBytes } from '../plan/integers.js';
import { firstLoadedColumn, type PixelBlock, pixelBlocks } from '../plan/pixel-blocks.js';
import { floatBytes, lanes } from '../plan/sizes.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { get, i32, type Local, select, set, v128 } from '../wasm/instructions.js';
import { advance, minimum } from './address.js';
import type { CallKernel } from './call-kernel.js';
import { createContext, type DepthwiseContext, type InputRow, isUnrolled } from './depthwise/context.js';
import { emitLooped } from './depthwise/looped.js';
import { emitOnPairs } from './depthwise/on-pairs.js';
import { emitStagedUnit } from './depthwise/staging.js';
import { storeBlock } from './depthwise/stores.js';
import { emitRow } from './depthwise/taps.js';
import { type DepthwiseView, viewOf } from './depthwise/view.js';

const vectorBytes = lanes * floatBytes;

/** In which row of what the code reads a row of the image lies. */
const placeOf = ({ staging }: DepthwiseView, y: Local): Code =>
  staging === undefined ? get(y) : i32.and(get(y), i32.const(staging.rows - 1));

/** The pointer to a row of the window: inside the image, or the zeros. */
function rowPointer(context: DepthwiseContext, row: number): Code {
  const { f, kernel, firstRow, image, column, y } = context;
  const zeros = f.parameters[5] as Local;
  const rowBytes = kernel.input[1] * kernel.inputPixelBytes;
  // The zeros are as long as a row, so a column's offset is valid in both.
  return [
    set(y, i32.add(get(firstRow), i32.const(row))),
    i32.add(
      select(
        i32.add(get(image), i32.mul(placeOf(kernel, y), i32.const(rowBytes))),
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
  for (let i = 0; i < kernel.outputRows * block.pixels; i++) {
    const [row, pixel] = [Math.floor(i / block.pixels), i % block.pixels];
    for (let multiple = 0; multiple < kernel.multiplier; multiple++) {
      for (let v = 0; v < vectors; v++) {
        const bias =
          i === 0
            ? v128.load(get(weights), (multiple * vectors + v) * vectorBytes)
            : get(taps.accumulator(0, 0, multiple, v));
        code.push(set(taps.accumulator(row, pixel, multiple, v), bias));
      }
    }
  }
  return code;
}

/** All rows of the window. Afterwards `weights` stands behind the step's. */
function emitWindow(context: DepthwiseContext, block: PixelBlock, vectors: number): Code {
  const { kernel, rows, inputRows, taps, weights } = context;
  const { window, multiplier } = kernel;
  const head = multiplier * vectors * vectorBytes;
  const rowWeights = window[1] * head;
  if (!isUnrolled(kernel)) return emitLoopedWindow(context, block, vectors);
  return [
    inputRows.map((inputRow, i) => {
      const uses = inputRow.uses.map(({ outputRow, windowRow }) => ({
        outputRow,
        weightOffset: head + windowRow * rowWeights,
      }));
      return emitRow(taps, { block, vectors, pointer: rows[i] as Local, uses });
    }),
    advance(weights, head + window[0] * rowWeights),
  ];
}

/** As {@link emitWindow}, in turns of a few rows, then those that are left. */
function emitLoopedWindow(context: DepthwiseContext, block: PixelBlock, vectors: number): Code {
  const { f, kernel, taps, weights, rows, y, zeroRow, imageRow } = context;
  const { window, dilations, multiplier, unrolledRows, input } = kernel;
  const head = multiplier * vectors * vectorBytes;
  const rowWeights = window[1] * head;
  const rowBytes = input[1] * kernel.inputPixelBytes;
  const [pointer] = rows as [Local];
  const turn = (count: number): Code => [
    Array.from({ length: count }, (_, row) => [
      set(pointer, select(get(imageRow), get(zeroRow), i32.ltU(get(y), i32.const(input[0])))),
      emitRow(taps, { block, vectors, pointer, uses: [{ outputRow: 0, weightOffset: row * rowWeights }] }),
      set(y, i32.add(get(y), i32.const(dilations[0]))),
      advance(imageRow, dilations[0] * rowBytes),
    ]),
    advance(weights, count * rowWeights),
  ];
  return [
    startRows(context, rowBytes),
    advance(weights, head),
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

/** One step of the channel loop, and the pointers behind it. */
function emitChannelStep(context: DepthwiseContext, block: PixelBlock, inputs: number): Code {
  const { kernel, rows, outputs, weights, channelBytes } = context;
  const inputBytes = inputs * elementBytes(kernel);
  const vectors = Math.ceil(inputs / lanes);
  return [
    emitBiases(context, block, vectors),
    emitWindow(context, block, vectors),
    storeBlock(context, block, inputs, vectors),
    // Behind the weights lie the ratios of integers that become bytes.
    storedBytes(kernel.integers) === 1 ? advance(weights, vectors * vectorBytes) : [],
    isUnrolled(kernel) ? rows.map((row) => advance(row, inputBytes)) : advance(channelBytes, inputBytes),
    outputs.map(({ pointer }) => advance(pointer, inputs * kernel.multiplier * storedBytes(kernel.integers))),
  ];
}

/** A block of pixels: all channels of it. Afterwards the pointers of the output stand at the next block. */
function emitBlock(context: DepthwiseContext, block: PixelBlock): Code {
  const { f, kernel, rows, inputRows, weights, outputs, column, channelBytes } = context;
  const { channels, multiplier, strides, padding, inputPixelBytes } = kernel;
  const step = kernel.vectors * lanes;
  const { full, rest } = channelSteps(kernel);
  const blockInput =
    (block.first * strides[1] - padding[1] + firstLoadedColumn(kernel, block)) * inputPixelBytes;
  // The channel loop has moved on by what it stored of one pixel.
  const skip = block.pixels * kernel.outputPixelBytes - channels * multiplier * storedBytes(kernel.integers);
  const body: Code = [
    set(weights, get(context.panels)),
    isUnrolled(kernel)
      ? rows.map((row, i) => set(row, rowPointer(context, (inputRows[i] as InputRow).offset)))
      : set(channelBytes, i32.const(0)),
    f.repeat(full, emitChannelStep(context, block, step)),
    rest === 0 ? [] : emitChannelStep(context, block, rest),
    outputs.map(({ pointer }) => advance(pointer, skip)),
    advance(column, block.pixels * strides[1] * inputPixelBytes),
  ];
  return [set(column, i32.const(blockInput)), f.repeat(block.repeats, body)];
}

/** Where a unit's rows lie in the image and in the output. Where rows do not come out even, the last block computes some again. */
function startUnit({ f, kernel, firstRow, image, outputs }: DepthwiseContext): Code {
  const [unit, , input] = f.parameters as [Local, Local, Local];
  const { batch, output, outputRows, strides, padding } = kernel;
  const imageBytes = kernel.input[0] * kernel.input[1] * kernel.inputPixelBytes;
  const rowBytes = output[1] * kernel.outputPixelBytes;
  const unitsOfImage = i32.const(Math.ceil(output[0] / outputRows));
  const [row, n] = [f.local('i32'), f.local('i32')];
  const inImage = batch === 1 ? get(unit) : i32.remU(get(unit), unitsOfImage);
  return [
    batch === 1 ? [] : set(n, i32.divU(get(unit), unitsOfImage)),
    set(row, outputRows === 1 ? inImage : i32.mul(inImage, i32.const(outputRows))),
    output[0] % outputRows === 0 ? [] : set(row, minimum(get(row), i32.const(output[0] - outputRows))),
    set(firstRow, i32.sub(i32.mul(get(row), i32.const(strides[0])), i32.const(padding[0]))),
    set(image, batch === 1 ? get(input) : i32.add(get(input), i32.mul(get(n), i32.const(imageBytes)))),
    batch === 1 ? [] : set(row, i32.add(get(row), i32.mul(get(n), i32.const(output[0])))),
    outputs.map(({ pointer, start }) =>
      set(pointer, i32.add(get(start), i32.mul(get(row), i32.const(rowBytes)))),
    ),
  ];
}

/** A unit of work. */
function emitUnit(context: DepthwiseContext, kernel: DepthwiseKernel): Code {
  const { staging } = kernel;
  const blocks = pixelBlocks(context.kernel).map((block) => emitBlock(context, block));
  if (staging !== undefined) return emitStagedUnit(context, { ...kernel, staging }, blocks);
  return [startUnit(context), blocks];
}

/**
 * The function of a depthwise convolution. Parameters: first unit, last unit, input, weights, output, zeros, the scratch of a
 * staged one, and the addend, or the zero point of pairs of bytes, if there is one.
 */
export function emitDepthwise(
  engine: Engine,
  kernel: DepthwiseKernel,
  callKernel: CallKernel,
): { readonly parameters: number; readonly body: Code } {
  if (kernel.pairs !== undefined) return emitOnPairs(kernel, kernel.pairs, callKernel);
  const { staging, epilogue, made } = kernel;
  const isGiven = [staging !== undefined, hasAddition(epilogue), made?.hasZero === true];
  const parameters = 6 + isGiven.filter(Boolean).length;
  const f = new FunctionBuilder(parameters);
  if (kernel.order === 'looped') return { parameters, body: f.encode(emitLooped(f, engine, kernel)) };
  const context = createContext(engine, viewOf(kernel), f);
  const [unit, end, , weights] = f.parameters as [Local, Local, Local, Local];
  const body = [
    context.start,
    set(context.panels, get(weights)),
    f.upTo(unit, get(end), emitUnit(context, kernel)),
  ];
  return { parameters, body: f.encode(body) };
}
