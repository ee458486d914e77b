/** @file The code that widens bytes to 16-bit differences from the zero point. */
import { type WidenKernel, wideBytes, widenedExtent, widenedPixelBytes } from '../plan/widen.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { get, i16x8, i32, ifElse, type Local, memory, set, v128 } from '../wasm/instructions.js';
import { advance } from './address.js';
import type { EmittedFunction } from './elementwise.js';
import { loadEightOf, loadOf } from './loads.js';

/** Bytes that are widened at a time. */
const step = 8;

/** What the rows of both forms share. */
interface WidenContext {
  readonly f: FunctionBuilder;
  readonly kernel: WidenKernel;
  /** The row of the image, and where the result goes. */
  readonly y: Local;
  readonly target: Local;
  /** The first row of the unit's image, and the zero point in one lane and in all. */
  readonly image: Local;
  readonly zero: Local;
  readonly zeros: Local;
}

/** Pixels of the border. */
function emitBorder({ kernel, target }: WidenContext, pixels: number): Code {
  const bytes = pixels * widenedPixelBytes(kernel);
  if (bytes === 0) return [];
  return [memory.fill(get(target), i32.const(0), i32.const(bytes)), advance(target, bytes)];
}

/** A row by itself with its border, or a row of the border. */
function emitRow(context: WidenContext): Code {
  const { f, kernel, y, target, image, zero, zeros } = context;
  const { dtype, height, width, channels, padding, repeat } = kernel;
  const source = f.local('i32');
  const single: Code = [
    Array.from({ length: repeat }, (_, copy) =>
      i32.store16(get(target), i32.sub(loadOf(dtype)(get(source)), get(zero)), copy * wideBytes),
    ),
    advance(source, 1),
    advance(target, repeat * wideBytes),
  ];
  const count = width * channels;
  const full = repeat === 1 ? Math.floor(count / step) : 0;
  const inside: Code = [
    set(source, i32.add(get(image), i32.mul(get(y), i32.const(count)))),
    emitBorder(context, padding.left),
    f.repeat(full, [
      v128.store(get(target), i16x8.sub(loadEightOf(dtype)(get(source)), get(zeros))),
      advance(source, step),
      advance(target, step * wideBytes),
    ]),
    f.repeat(count - full * step, single),
    emitBorder(context, padding.right),
  ];
  // A negative row is a huge unsigned one.
  return ifElse(i32.ltU(get(y), i32.const(height)), inside, emitBorder(context, widenedExtent(kernel)[1]));
}

/** Two rows, element by element. A row outside the image is read from its first one, and taken as zeros. */
function emitPairs(context: WidenContext, distance: number): Code {
  const { f, kernel, y, target, image, zero, zeros } = context;
  const { dtype, height, width, channels, padding, repeat } = kernel;
  const count = width * channels;
  const rows = [0, distance].map((below) => ({
    row: i32.add(get(y), i32.const(below)),
    source: f.local('i32'),
    /** All ones where the row lies in the image. */
    mask: f.local('i32'),
    masks: f.local('v128'),
    numbers: f.local('v128'),
  }));
  const start = rows.map(({ row, source, mask, masks }) => [
    set(mask, i32.sub(i32.const(0), i32.ltU(row, i32.const(height)))),
    set(masks, i16x8.splat(get(mask))),
    set(source, i32.add(get(image), i32.mul(i32.and(row, get(mask)), i32.const(count)))),
  ]);
  const [first, second] = rows.map(({ numbers }) => get(numbers)) as [Code, Code];
  const several: Code = [
    rows.map(({ source, masks, numbers }) => [
      set(numbers, v128.and(i16x8.sub(loadEightOf(dtype)(get(source)), get(zeros)), get(masks))),
      advance(source, step),
    ]),
    v128.store(get(target), i16x8.shuffle(first, second, [0, 8, 1, 9, 2, 10, 3, 11])),
    v128.store(get(target), i16x8.shuffle(first, second, [4, 12, 5, 13, 6, 14, 7, 15]), 16),
    advance(target, 2 * step * wideBytes),
  ];
  const single: Code = [
    Array.from({ length: repeat }, (_, copy) =>
      rows.map(({ source, mask }, index) =>
        i32.store16(
          get(target),
          i32.and(i32.sub(loadOf(dtype)(get(source)), get(zero)), get(mask)),
          (2 * copy + index) * wideBytes,
        ),
      ),
    ),
    rows.map(({ source }) => advance(source, 1)),
    advance(target, 2 * repeat * wideBytes),
  ];
  const full = repeat === 1 ? Math.floor(count / step) : 0;
  return [
    start,
    emitBorder(context, padding.left),
    f.repeat(full, several),
    f.repeat(count - full * step, single),
    emitBorder(context, padding.right),
  ];
}

/** The function. Parameters: first unit, last unit, input, zero point's address if it is an operand, output. */
export function emitWiden(kernel: WidenKernel): EmittedFunction {
  const parameters = kernel.zero === 'operand' ? 5 : 4;
  const f = new FunctionBuilder(parameters);
  const [unit, end, input] = f.parameters as [Local, Local, Local];
  const output = f.parameters.at(-1) as Local;
  const { dtype, height, width, channels, padding, pairs } = kernel;
  const [rows, columns] = widenedExtent(kernel);
  const context: WidenContext = {
    f,
    kernel,
    y: f.local('i32'),
    target: f.local('i32'),
    image: f.local('i32'),
    zero: f.local('i32'),
    zeros: f.local('v128'),
  };
  const { y, target, image, zero, zeros } = context;
  const zeroPoint =
    kernel.zero === 'operand' ? loadOf(dtype)(get(f.parameters[3] as Local)) : i32.const(kernel.zero);
  const row = i32.mul(i32.remU(get(unit), i32.const(rows)), i32.const(pairs?.step ?? 1));
  const imageBytes = height * width * channels;
  const body = [
    set(zero, zeroPoint),
    set(zeros, i16x8.splat(get(zero))),
    f.upTo(unit, get(end), [
      set(y, i32.sub(row, i32.const(padding.top))),
      set(image, i32.add(get(input), i32.mul(i32.divU(get(unit), i32.const(rows)), i32.const(imageBytes)))),
      set(target, i32.add(get(output), i32.mul(get(unit), i32.const(columns * widenedPixelBytes(kernel))))),
      pairs === undefined ? emitRow(context) : emitPairs(context, pairs.distance),
    ]),
  ];
  return { parameters, body: f.encode(body) };
}
