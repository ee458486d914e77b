/** @file The code of bytes in another size. */
import type { ByteResizeKernel } from '../plan/byte-resize.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { get, i32, type Local, set } from '../wasm/instructions.js';
import { advance } from './address.js';
import type { EmittedFunction } from './elementwise.js';
import { loadOf } from './loads.js';

/** Bytes of a tap in a table. */
const tapBytes = 12;
/** What a weight of all is, and how many bits behind the point the product of two weights has. */
const one = 2048;
const bits = 22;
const half = 2 ** (bits - 1);

/** The function. Parameters: first unit, last unit, input, table of rows, table of columns, output. */
export function emitByteResize(kernel: ByteResizeKernel): EmittedFunction {
  const { dtype, height, width, rows, columns, channels } = kernel;
  const f = new FunctionBuilder(6);
  const [unit, end, input, rowTable, columnTable, output] = f.parameters as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const local = (): Local => f.local('i32');
  const [row, column, target, vertical, horizontal] = [local(), local(), local(), local(), local()];
  const [upper, lower, left, right, mean] = [local(), local(), local(), local(), local()];
  const image = i32.mul(i32.divU(get(unit), i32.const(rows)), i32.const(height * width * channels));
  const pixel = (line: Local, side: Local): Code => loadOf(dtype)(i32.add(get(line), get(side)));
  // 2048 · a + weight · (b − a), which leaves room for a second weight in 32 bits.
  const along = (line: Local): Code =>
    i32.add(
      i32.mul(pixel(line, left), i32.const(one)),
      i32.mul(get(horizontal), i32.sub(pixel(line, right), pixel(line, left))),
    );
  const channel: Code = [
    set(mean, along(upper)),
    i32.store8(
      get(target),
      i32.shrS(
        i32.add(
          i32.add(i32.mul(get(mean), i32.const(one)), i32.const(half)),
          i32.mul(get(vertical), i32.sub(along(lower), get(mean))),
        ),
        i32.const(bits),
      ),
    ),
    advance(target, 1),
    advance(left, 1),
    advance(right, 1),
  ];
  const body = f.upTo(unit, get(end), [
    set(row, i32.add(get(rowTable), i32.mul(i32.remU(get(unit), i32.const(rows)), i32.const(tapBytes)))),
    set(upper, i32.add(i32.add(get(input), image), i32.load(get(row)))),
    set(lower, i32.add(i32.add(get(input), image), i32.load(get(row), 4))),
    set(vertical, i32.load(get(row), 8)),
    set(target, i32.add(get(output), i32.mul(get(unit), i32.const(columns * channels)))),
    set(column, get(columnTable)),
    f.repeat(columns, [
      set(left, i32.load(get(column))),
      set(right, i32.load(get(column), 4)),
      set(horizontal, i32.load(get(column), 8)),
      f.repeat(channels, channel),
      advance(column, tapBytes),
    ]),
  ]);
  return { parameters: 6, body: f.encode(body) };
}
