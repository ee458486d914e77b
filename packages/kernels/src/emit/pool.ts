/** @file The code of pooling. Channels lie in vectors; the window runs in loops over its part inside the image. */
import type { GlobalPoolKernel, PoolKernel, PoolShape } from '../plan/pool.js';
import { floatBytes, lanes } from '../plan/sizes.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { block, brIf, f32x4, get, i32, ifElse, type Local, select, set, v128 } from '../wasm/instructions.js';
import { maximum, minimum } from './address.js';
import type { EmittedFunction } from './elementwise.js';
import { forEachVector } from './flat-loop.js';
import { anyNotFinite } from './lanes.js';
import { sumScale } from './row-sum.js';
import { lanesOf, storeLanes } from './store.js';

/** NaN wins: the specification's maximum, not the pseudo-maximum. */
const combine = (mode: 'average' | 'max', sum: Code, value: Code): Code =>
  mode === 'average' ? f32x4.add(sum, value) : f32x4.max(sum, value);

const neutral = (mode: 'average' | 'max'): Code => f32x4.const(mode === 'average' ? 0 : -Infinity);

/** The taps of a window that lie inside the image along one axis: from `first` to `end`, and how many. */
interface InsideTaps {
  readonly position: Local;
  readonly first: Local;
  readonly end: Local;
  readonly set: Code;
}

/**
 * For a window that starts at `position` (which may be negative): the first tap inside is ⌈−position / dilation⌉, and the
 * first behind is ⌈(size − position) / dilation⌉, both within the window.
 */
export function insideTaps(f: FunctionBuilder, size: number, window: number, dilation: number): InsideTaps {
  const [position, first, end] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const ceilDivide = (value: Code): Code =>
    dilation === 1 ? value : i32.divU(i32.add(value, i32.const(dilation - 1)), i32.const(dilation));
  const isNegative = i32.ltS(get(position), i32.const(0));
  const before = ceilDivide(i32.sub(i32.const(0), get(position)));
  const left = i32.sub(i32.const(size), get(position));
  return {
    position,
    first,
    end,
    set: [
      set(first, select(before, i32.const(0), isNegative)),
      set(end, select(ceilDivide(left), i32.const(0), i32.gtS(left, i32.const(0)))),
      set(end, minimum(get(end), i32.const(window))),
      // Wholly in the padding: nothing inside, and not fewer than nothing.
      set(end, maximum(get(first), get(end))),
    ],
  };
}

/** Runs `body` for `tap` from `from` to `end`. */
export function forTaps(f: FunctionBuilder, tap: Local, from: Code, end: Code, body: Code): Code {
  return [set(tap, from), f.upTo(tap, end, body)];
}

/** How many taps of a window lie inside the image. */
export const countInside = (rows: InsideTaps, columns: InsideTaps): Code =>
  i32.mul(i32.sub(get(rows.end), get(rows.first)), i32.sub(get(columns.end), get(columns.first)));

/** The divisor of an average: the whole window, or the taps inside the image. */
function divisorOf(kernel: PoolKernel, rows: InsideTaps, columns: InsideTaps): Code {
  if (kernel.countIncludePadding) return f32x4.const(kernel.window[0] * kernel.window[1]);
  return f32x4.fromInteger(countInside(rows, columns));
}

/** Where a unit's output pixels are: in which image and row, from which column to before which. */
export function placeOfUnit(
  { batch, output: [height, width], unitColumns }: PoolShape,
  unit: Local,
): Readonly<Record<'image' | 'y' | 'firstX' | 'endX', Code>> {
  if (unitColumns === width) {
    const y = batch === 1 ? get(unit) : i32.remU(get(unit), i32.const(height));
    return { image: i32.divU(get(unit), i32.const(height)), y, firstX: i32.const(0), endX: i32.const(width) };
  }
  const firstX = i32.mul(get(unit), i32.const(unitColumns));
  const endX = minimum(i32.add(firstX, i32.const(unitColumns)), i32.const(width));
  return { image: i32.const(0), y: i32.const(0), firstX, endX };
}

/** The function of a sliding window. Parameters: first unit, last unit, input, output. */
export function emitPool(kernel: PoolKernel): EmittedFunction {
  const f = new FunctionBuilder(4);
  const [unit, end, input, output] = f.parameters as [Local, Local, Local, Local];
  const { mode, window, strides, dilations, padding, channels } = kernel;
  const [height, width] = kernel.input;
  const pixelBytes = channels * floatBytes;
  const rows = insideTaps(f, height, window[0], dilations[0]);
  const columns = insideTaps(f, width, window[1], dilations[1]);
  const [x, row, column, image, target, offset, corner, pointer] = Array.from({ length: 8 }, () =>
    f.local('i32'),
  ) as [Local, Local, Local, Local, Local, Local, Local, Local];
  const [sum, divisor] = [f.local('v128'), f.local('v128')];
  const place = placeOfUnit(kernel, unit);
  const tapAddress = i32.add(
    get(corner),
    i32.add(
      i32.mul(get(row), i32.const(dilations[0] * width * pixelBytes)),
      i32.mul(get(column), i32.const(dilations[1] * pixelBytes)),
    ),
  );
  const scale = f32x4.const(sumScale(window[0] * window[1]));
  const overTaps = (at: Code, term: (x: Code) => Code): Code => [
    set(sum, neutral(mode)),
    forTaps(f, row, get(rows.first), get(rows.end), [
      forTaps(f, column, get(columns.first), get(columns.end), [
        set(pointer, tapAddress),
        set(sum, combine(mode, get(sum), term(v128.load(i32.add(get(pointer), at))))),
      ]),
    ]),
  ];
  const pixel = forEachVector(f, channels, offset, (at, used) => [
    overTaps(at, (x) => x),
    mode === 'average'
      ? [
          set(sum, f32x4.div(get(sum), get(divisor))),
          ifElse(anyNotFinite(sum), [
            overTaps(at, (x) => f32x4.mul(x, scale)),
            set(sum, f32x4.div(get(sum), f32x4.mul(get(divisor), scale))),
          ]),
        ]
      : [],
    storeLanes(i32.add(get(target), at), get(sum), used, 0),
  ]);
  const body = f.upTo(unit, get(end), [
    set(rows.position, i32.sub(i32.mul(place.y, i32.const(strides[0])), i32.const(padding[0]))),
    rows.set,
    set(image, i32.add(get(input), i32.mul(place.image, i32.const(height * width * pixelBytes)))),
    set(target, i32.add(get(output), i32.mul(get(unit), i32.const(kernel.unitColumns * pixelBytes)))),
    set(x, place.firstX),
    f.upTo(x, place.endX, [
      set(columns.position, i32.sub(i32.mul(get(x), i32.const(strides[1])), i32.const(padding[1]))),
      columns.set,
      mode === 'average' ? set(divisor, divisorOf(kernel, rows, columns)) : [],
      // The window's corner may lie outside the image; only taps inside are read.
      set(
        corner,
        i32.add(
          get(image),
          i32.mul(
            i32.add(i32.mul(get(rows.position), i32.const(width)), get(columns.position)),
            i32.const(pixelBytes),
          ),
        ),
      ),
      pixel,
      set(target, i32.add(get(target), i32.const(pixelBytes))),
    ]),
  ]);
  return { parameters: 4, body: f.encode(body) };
}

/** The function of a whole-image window. Parameters: first unit, last unit, input, output. */
export function emitGlobalPool(kernel: GlobalPoolKernel): EmittedFunction {
  const f = new FunctionBuilder(4);
  const [unit, end, input, output] = f.parameters as [Local, Local, Local, Local];
  const { mode, pixels, channels, vectors } = kernel;
  const pixelBytes = channels * floatBytes;
  const chunks = Math.ceil(channels / (vectors * lanes));
  const narrow = channels - (chunks - 1) * vectors * lanes;
  const sums = f.vectors(vectors);
  const [chunk, source, target] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const chunkOf = (used: number): Code => {
    const count = Math.ceil(used / lanes);
    const each = (code: (sum: Local, index: number) => Code): Code => sums.slice(0, count).map(code);
    const at = (index: number): number => index * lanes * floatBytes;
    const overPixels = (term: (x: Code) => Code): Code => [
      each((sum) => set(sum, neutral(mode))),
      f.repeat(pixels, [
        each((sum, index) => set(sum, combine(mode, get(sum), term(v128.load(get(source), at(index)))))),
        set(source, i32.add(get(source), i32.const(pixelBytes))),
      ]),
    ];
    const divide = (divisor: number): Code =>
      each((sum) => set(sum, f32x4.div(get(sum), f32x4.const(divisor))));
    const scale = sumScale(pixels);
    return [
      overPixels((x) => x),
      mode === 'average'
        ? [
            divide(pixels),
            ifElse(anyNotFinite(...sums.slice(0, count)), [
              set(source, i32.sub(get(source), i32.const(pixels * pixelBytes))),
              overPixels((x) => f32x4.mul(x, f32x4.const(scale))),
              divide(pixels * scale),
            ]),
          ]
        : [],
      each((sum, index) => storeLanes(get(target), get(sum), lanesOf(index, used), at(index))),
    ];
  };
  const isLast = i32.geS(get(chunk), i32.const(chunks - 1));
  const image = i32.divU(get(unit), i32.const(chunks));
  const inPixel = i32.mul(get(chunk), i32.const(vectors * lanes * floatBytes));
  const body = f.upTo(unit, get(end), [
    set(chunk, i32.remU(get(unit), i32.const(chunks))),
    set(source, i32.add(i32.add(get(input), i32.mul(image, i32.const(pixels * pixelBytes))), inPixel)),
    set(target, i32.add(i32.add(get(output), i32.mul(image, i32.const(pixelBytes))), inPixel)),
    narrow === vectors * lanes
      ? chunkOf(narrow)
      : block([
          chunks === 1 ? [] : block([brIf(0, isLast), chunkOf(vectors * lanes), brIf(1, i32.const(1))]),
          chunkOf(narrow),
        ]),
  ]);
  return { parameters: 4, body: f.encode(body) };
}
