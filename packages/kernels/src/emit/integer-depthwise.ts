/** @file The code of integer depthwise convolutions; `plan/integer-depthwise.ts` says how their weights lie. */
import {
  depthwiseBlock,
  depthwiseBlockBytes,
  type IntegerDepthwiseKernel,
} from '../plan/integer-depthwise.js';
import { lanes } from '../plan/sizes.js';
import { wideBytes } from '../plan/widen.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { get, i32, i32x4, type Local, set, v128 } from '../wasm/instructions.js';
import { advance } from './address.js';
import type { EmittedFunction } from './elementwise.js';
import { requantizeRow } from './requantize.js';
import { storeLanes } from './store.js';

/** Windows of up to so many taps are written out; larger ones loop. */
const mostUnrolledTaps = 25;

/** Sums of eight channels of one pixel, whose first tap is at `source`; `weights` is moved behind the block. */
function emitBlock(
  f: FunctionBuilder,
  kernel: IntegerDepthwiseKernel,
  source: Local,
  weights: Local,
  [low, high]: readonly [Local, Local],
): Code {
  const { channels, dilations, window, input } = kernel;
  const columnBytes = dilations[1] * channels * wideBytes;
  const rowBytes = dilations[0] * input[1] * channels * wideBytes;
  const [x, w] = f.vectors(2) as [Local, Local];
  const multiply = (from: Local, offset: number, tap: number): Code => [
    set(x, v128.load(get(from), offset)),
    set(w, v128.load(get(weights), depthwiseBlock * (4 + 2 * tap))),
    set(low, i32x4.add(get(low), i32x4.extmulLowI16x8S(get(x), get(w)))),
    set(high, i32x4.add(get(high), i32x4.extmulHighI16x8S(get(x), get(w)))),
  ];
  const start: Code = [set(low, v128.load(get(weights))), set(high, v128.load(get(weights), 16))];
  if (window[0] * window[1] <= mostUnrolledTaps) {
    const taps = Array.from({ length: window[0] * window[1] }, (_, tap) =>
      multiply(source, Math.floor(tap / window[1]) * rowBytes + (tap % window[1]) * columnBytes, tap),
    );
    return [start, taps, advance(weights, depthwiseBlockBytes(kernel))];
  }
  const [row, pointer] = [f.local('i32'), f.local('i32')];
  return [
    start,
    set(row, get(source)),
    f.repeat(window[0], [
      set(pointer, get(row)),
      f.repeat(window[1], [
        multiply(pointer, 0, 0),
        advance(pointer, columnBytes),
        advance(weights, depthwiseBlock * 2),
      ]),
      advance(row, rowBytes),
    ]),
    // The biases, which the taps stepped over only as an offset.
    advance(weights, depthwiseBlock * 4),
  ];
}

/**
 * The function. Parameters: first unit, last unit, widened input, weights, then where int32 is the result the output, and
 * where bytes are the table of factors, scratch for a row's sums, and the output.
 */
export function emitIntegerDepthwise(kernel: IntegerDepthwiseKernel): EmittedFunction {
  const { channels, strides, input, output: outputSize, result } = kernel;
  const parameters = result.kind === 'int32' ? 5 : 7;
  const f = new FunctionBuilder(parameters);
  const [unit, end, widened, packed, table, scratch] = f.parameters as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const output = f.parameters.at(-1) as Local;
  const [source, pixel, weights, sums, target] = Array.from({ length: 5 }, () => f.local('i32')) as [
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const registers = f.vectors(2) as [Local, Local];
  const [height, width] = outputSize;
  const pixelBytes = channels * wideBytes;
  const full = Math.floor(channels / depthwiseBlock);
  const rest = channels - full * depthwiseBlock;
  const store = (used: number): Code => [
    storeLanes(get(sums), get(registers[0]), Math.min(lanes, used), 0),
    used > lanes ? storeLanes(get(sums), get(registers[1]), used - lanes, 16) : [],
    advance(sums, used * 4),
  ];
  const block = emitBlock(f, kernel, source, weights, registers);
  const y = i32.remU(get(unit), i32.const(height));
  const image = i32.divU(get(unit), i32.const(height));
  const firstRow = i32.add(i32.mul(image, i32.const(input[0])), i32.mul(y, i32.const(strides[0])));
  const rowSums = i32.mul(get(unit), i32.const(width * channels * 4));
  const body = f.upTo(unit, get(end), [
    set(pixel, i32.add(get(widened), i32.mul(firstRow, i32.const(input[1] * pixelBytes)))),
    set(sums, result.kind === 'int32' ? i32.add(get(output), rowSums) : get(scratch)),
    f.repeat(width, [
      set(source, get(pixel)),
      set(weights, get(packed)),
      f.repeat(full, [block, store(depthwiseBlock), advance(source, depthwiseBlock * wideBytes)]),
      rest === 0 ? [] : [block, store(rest)],
      advance(pixel, strides[1] * pixelBytes),
    ]),
    result.kind === 'int32'
      ? []
      : [
          set(sums, get(scratch)),
          set(target, i32.add(get(output), i32.mul(get(unit), i32.const(width * channels)))),
          requantizeRow(f, result, width, channels, { sums, table, target }),
        ],
  ]);
  return { parameters, body: f.encode(body) };
}
