/** @file The code that widens bytes to 16-bit differences from the zero point. */
import { type WidenKernel, wideBytes, widenedExtent } from '../plan/widen.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { get, i16x8, i32, ifElse, type Local, memory, set, v128 } from '../wasm/instructions.js';
import { advance } from './address.js';
import type { EmittedFunction } from './elementwise.js';
import { loadOf } from './loads.js';

/** Bytes that are widened at a time. */
const step = 8;

/** The function. Parameters: first unit, last unit, input, zero point's address if it is an operand, output. */
export function emitWiden(kernel: WidenKernel): EmittedFunction {
  const parameters = kernel.zero === 'operand' ? 5 : 4;
  const f = new FunctionBuilder(parameters);
  const [unit, end, input] = f.parameters as [Local, Local, Local];
  const output = f.parameters.at(-1) as Local;
  const { dtype, height, width, channels, padding, repeat } = kernel;
  const [paddedHeight, paddedWidth] = widenedExtent(kernel);
  const [y, source, target, zero] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')];
  const zeros = f.local('v128');
  const load8 = loadOf(dtype);
  const load8x8 = dtype === 'int8' ? v128.load8x8S : v128.load8x8U;
  const pixelBytes = channels * repeat * wideBytes;
  const border = (pixels: number): Code =>
    pixels === 0
      ? []
      : [
          memory.fill(get(target), i32.const(0), i32.const(pixels * pixelBytes)),
          advance(target, pixels * pixelBytes),
        ];
  const single: Code = [
    Array.from({ length: repeat }, (_, copy) =>
      i32.store16(get(target), i32.sub(load8(get(source)), get(zero)), copy * wideBytes),
    ),
    advance(source, 1),
    advance(target, repeat * wideBytes),
  ];
  const count = width * channels;
  const full = repeat === 1 ? Math.floor(count / step) : 0;
  const row: Code = [
    f.repeat(full, [
      v128.store(get(target), i16x8.sub(load8x8(get(source)), get(zeros))),
      advance(source, step),
      advance(target, step * wideBytes),
    ]),
    f.repeat(count - full * step, single),
  ];
  const zeroPoint = kernel.zero === 'operand' ? load8(get(f.parameters[3] as Local)) : i32.const(kernel.zero);
  const image = i32.divU(get(unit), i32.const(paddedHeight));
  const body = [
    set(zero, zeroPoint),
    set(zeros, i16x8.splat(get(zero))),
    f.upTo(unit, get(end), [
      set(y, i32.sub(i32.remU(get(unit), i32.const(paddedHeight)), i32.const(padding.top))),
      set(target, i32.add(get(output), i32.mul(get(unit), i32.const(paddedWidth * pixelBytes)))),
      ifElse(
        // A negative row is a huge unsigned one.
        i32.ltU(get(y), i32.const(height)),
        [
          set(
            source,
            i32.add(
              get(input),
              i32.mul(i32.add(i32.mul(image, i32.const(height)), get(y)), i32.const(count)),
            ),
          ),
          border(padding.left),
          row,
          border(padding.right),
        ],
        border(paddedWidth),
      ),
    ]),
  ];
  return { parameters, body: f.encode(body) };
}
