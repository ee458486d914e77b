/** @file The code of what takes bytes as they are. */
import type { ByteConcatKernel, BytePadKernel, BytePoolKernel } from '../plan/byte-moves.js';
import type { ByteStridedCopyKernel } from '../plan/strided-copy.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { get, i8x16, i32, i32x4, ifElse, type Local, memory, set, v128 } from '../wasm/instructions.js';
import { advance, byteOffsetOfUnit, maximum } from './address.js';
import { locateRow } from './copy.js';
import type { EmittedFunction } from './elementwise.js';
import { loadEightOf } from './loads.js';
import { countInside, forTaps, insideTaps, placeOfUnit } from './pool.js';
import { divideLanesAway } from './requantize.js';
import { narrowToBytes, storeFirstBytes } from './store-bytes.js';

/** The function of a border. Parameters: first unit, last unit, input, output. A unit is an output row. */
export function emitBytePad(kernel: BytePadKernel): EmittedFunction {
  const f = new FunctionBuilder(4);
  const [unit, end, input, output] = f.parameters as [Local, Local, Local, Local];
  const { shape, before, after, value } = kernel;
  const last = shape.length - 1;
  const target = f.local('i32');
  const { source, inside, locate, rowElements } = locateRow(f, { ...kernel, kind: 'pad' }, unit, input, 1);
  const innerBytes = shape[last] as number;
  const fill = (bytes: number): Code =>
    bytes === 0 ? [] : [memory.fill(get(target), i32.const(value), i32.const(bytes)), advance(target, bytes)];
  const body = f.upTo(unit, get(end), [
    locate,
    set(target, i32.add(get(output), i32.mul(get(unit), i32.const(rowElements)))),
    ifElse(
      get(inside),
      [
        fill(before[last] as number),
        memory.copy(get(target), get(source), i32.const(innerBytes)),
        advance(target, innerBytes),
        fill(after[last] as number),
      ],
      fill(rowElements),
    ),
  ]);
  return { parameters: 4, body: f.encode(body) };
}

/** The function that joins inputs. Parameters: first unit, last unit, every input, output. */
export function emitByteConcat({ blocks, within }: ByteConcatKernel): EmittedFunction {
  const parameters = blocks.length + 3;
  const f = new FunctionBuilder(parameters);
  const [unit, end] = f.parameters as [Local, Local];
  const output = f.parameters.at(-1) as Local;
  const target = f.local('i32');
  const total = within?.total ?? blocks.reduce((sum, bytes) => sum + bytes, 0);
  const start = i32.add(get(output), i32.mul(get(unit), i32.const(total)));
  const body = f.upTo(unit, get(end), [
    set(target, within === undefined ? start : i32.add(start, i32.const(within.offset))),
    blocks.map((bytes, index) => {
      const from = i32.add(get(f.parameters[index + 2] as Local), i32.mul(get(unit), i32.const(bytes)));
      return [memory.copy(get(target), from, i32.const(bytes)), advance(target, bytes)];
    }),
  ]);
  return { parameters, body: f.encode(body) };
}

/** The function of a copy in another order. Parameters: first unit, last unit, input, output. */
export function emitByteStridedCopy(kernel: ByteStridedCopyKernel): EmittedFunction {
  const f = new FunctionBuilder(4);
  const [unit, end, input, output] = f.parameters as [Local, Local, Local, Local];
  const { mode, offset, outer, rows, columns } = kernel;
  const names = ['source', 'target', 'from', 'to'] as const;
  const [source, target, from, to] = names.map(() => f.local('i32')) as [Local, Local, Local, Local];
  const along = (which: 'from' | 'to') => outer.map((d) => ({ size: d.size, stride: d[which] }));
  const row: Code =
    mode === 'run'
      ? memory.copy(get(target), get(source), i32.const(columns.size))
      : [
          set(from, get(source)),
          set(to, get(target)),
          f.repeat(columns.size, [
            i32.store8(get(to), i32.load8U(get(from))),
            advance(from, columns.from),
            advance(to, columns.to),
          ]),
        ];
  const body = f.upTo(unit, get(end), [
    set(source, i32.add(i32.add(get(input), i32.const(offset)), byteOffsetOfUnit(unit, along('from'), 1))),
    set(target, i32.add(get(output), byteOffsetOfUnit(unit, along('to'), 1))),
    f.repeat(rows.size, [row, advance(source, rows.from), advance(target, rows.to)]),
  ]);
  return { parameters: 4, body: f.encode(body) };
}

/** The function of a sliding window. Parameters: first unit, last unit, input, output. */
export function emitBytePool(kernel: BytePoolKernel): EmittedFunction {
  const f = new FunctionBuilder(4);
  const [unit, end, input, output] = f.parameters as [Local, Local, Local, Local];
  const { mode, window, strides, dilations, padding, channels, dtype } = kernel;
  const [height, width] = kernel.input;
  const rows = insideTaps(f, height, window[0], dilations[0]);
  const columns = insideTaps(f, width, window[1], dilations[1]);
  const [x, channel, row, column, corner, target, count] = f.integers(7) as [
    ...[x: Local, channel: Local, row: Local, column: Local],
    ...[corner: Local, target: Local, count: Local],
  ];
  const [low, high, several] = f.vectors(3) as [Local, Local, Local];
  const tap = i32.add(
    i32.add(get(corner), get(channel)),
    i32.add(
      i32.mul(get(row), i32.const(dilations[0] * width * channels)),
      i32.mul(get(column), i32.const(dilations[1] * channels)),
    ),
  );
  const overTaps = (body: Code): Code =>
    forTaps(f, row, get(rows.first), get(rows.end), [
      forTaps(f, column, get(columns.first), get(columns.end), body),
    ]);
  const store = (used: number): Code => [
    storeFirstBytes(i32.add(get(target), get(channel)), low, 0, used),
    advance(channel, used),
  ];
  const largest = dtype === 'int8' ? i8x16.maxS : i8x16.maxU;
  const least = f.integerConstant(dtype === 'int8' ? 0x80808080 | 0 : 0);
  const half = i32.divU(get(count), i32.const(2));
  const divided = (sum: Local): Code => divideLanesAway(f, sum, window[0] * window[1], get(count), half);
  const step = mode === 'max' ? 16 : 8;
  /** The next channels, of which so many are used. */
  const channelStep = (used: number): Code =>
    mode === 'max'
      ? [set(low, least), overTaps(set(low, largest(get(low), v128.load(tap)))), store(used)]
      : [
          [low, high].map((sum) => set(sum, f.integerConstant(0))),
          overTaps([
            set(several, loadEightOf(dtype)(tap)),
            set(low, i32x4.add(get(low), i32x4.extendLowI16x8S(get(several)))),
            set(high, i32x4.add(get(high), i32x4.extendHighI16x8S(get(several)))),
          ]),
          [low, high].map(divided),
          narrowToBytes(dtype, false, [low, high]),
          store(used),
        ];
  const rest = channels % step;
  const place = placeOfUnit(kernel, unit);
  // In pixels from the input's start; the window's corner may lie outside, but only taps inside are read.
  const cornerPixel = i32.add(
    i32.mul(i32.add(i32.mul(place.image, i32.const(height)), get(rows.position)), i32.const(width)),
    get(columns.position),
  );
  const body = f.upTo(unit, get(end), [
    set(rows.position, i32.sub(i32.mul(place.y, i32.const(strides[0])), i32.const(padding[0]))),
    rows.set,
    set(target, i32.add(get(output), i32.mul(get(unit), i32.const(kernel.unitColumns * channels)))),
    set(x, place.firstX),
    f.upTo(x, place.endX, [
      set(columns.position, i32.sub(i32.mul(get(x), i32.const(strides[1])), i32.const(padding[1]))),
      columns.set,
      mode === 'average' ? set(count, maximum(countInside(rows, columns), i32.const(1))) : [],
      set(corner, i32.add(get(input), i32.mul(cornerPixel, i32.const(channels)))),
      set(channel, i32.const(0)),
      f.repeat(Math.floor(channels / step), channelStep(step)),
      rest === 0 ? [] : channelStep(rest),
      advance(target, channels),
    ]),
  ]);
  return { parameters: 4, body: f.encode(body) };
}
