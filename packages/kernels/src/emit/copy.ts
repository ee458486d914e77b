/** @file The code of what only moves elements. */
import { type ConcatKernel, type PadKernel, paddedShape } from '../plan/copy.js';
import { floatBytes } from '../plan/sizes.js';
import type { Code } from '../wasm/code.js';
import { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, i32, ifElse, type Local, memory, set, v128 } from '../wasm/instructions.js';
import type { EmittedFunction } from './elementwise.js';
import { forEachVector } from './flat-loop.js';
import { storeLanes } from './store.js';

/** Blocks up to this many floats are copied by vectors; for longer ones the engine's own copy is faster. */
const longestVectorCopy = 256;

/** Copies `count` floats. */
export function copyFloats(
  f: FunctionBuilder,
  offset: Local,
  target: Local,
  source: Local,
  count: number,
): Code {
  if (count === 0) return [];
  if (count > longestVectorCopy) return memory.copy(get(target), get(source), i32.const(count * floatBytes));
  return forEachVector(f, count, offset, (at, used) =>
    storeLanes(i32.add(get(target), at), v128.load(i32.add(get(source), at)), used, 0),
  );
}

/** Writes `count` floats of one value and moves `target` behind them. */
function fillFloats(f: FunctionBuilder, offset: Local, target: Local, value: number, count: number): Code {
  if (count === 0) return [];
  return [
    forEachVector(f, count, offset, (at, used) =>
      storeLanes(i32.add(get(target), at), f32x4.const(value), used, 0),
    ),
    set(target, i32.add(get(target), i32.const(count * floatBytes))),
  ];
}

/** From the number of an output row to its input row, and whether there is one. */
export function locateRow(
  f: FunctionBuilder,
  kernel: PadKernel,
  unit: Local,
  input: Local,
  elementBytes: number,
): {
  readonly source: Local;
  readonly inside: Local;
  readonly locate: Code;
  readonly rowElements: number;
} {
  const { shape, before } = kernel;
  const padded = paddedShape(kernel);
  const last = shape.length - 1;
  const [source, inside, index, left] = Array.from({ length: 4 }, () => f.local('i32')) as [
    Local,
    Local,
    Local,
    Local,
  ];
  // The outer dimensions from the innermost on: index minus border, in range?
  let inputStride = (shape[last] as number) * elementBytes;
  const locate: Code[] = [set(left, get(unit)), set(inside, i32.const(1)), set(source, get(input))];
  for (let axis = last - 1; axis >= 0; axis--) {
    locate.push(
      set(
        index,
        i32.sub(i32.remU(get(left), i32.const(padded[axis] as number)), i32.const(before[axis] as number)),
      ),
      set(left, i32.divU(get(left), i32.const(padded[axis] as number))),
      // A negative index is a huge unsigned one.
      set(inside, i32.and(get(inside), i32.ltU(get(index), i32.const(shape[axis] as number)))),
      set(source, i32.add(get(source), i32.mul(get(index), i32.const(inputStride)))),
    );
    inputStride *= shape[axis] as number;
  }
  return { source, inside, locate, rowElements: padded[last] as number };
}

/** The function of a border. Parameters: first unit, last unit, input, output. A unit is an output row. */
export function emitPad(kernel: PadKernel): EmittedFunction {
  const f = new FunctionBuilder(4);
  const [unit, end, input, output] = f.parameters as [Local, Local, Local, Local];
  const { shape, before, after, value } = kernel;
  const last = shape.length - 1;
  const [offset, target] = [f.local('i32'), f.local('i32')];
  const { source, inside, locate, rowElements: rowFloats } = locateRow(f, kernel, unit, input, floatBytes);
  const innerFloats = shape[last] as number;
  const body = f.upTo(unit, get(end), [
    locate,
    set(target, i32.add(get(output), i32.mul(get(unit), i32.const(rowFloats * floatBytes)))),
    ifElse(
      get(inside),
      [
        fillFloats(f, offset, target, value, before[last] as number),
        copyFloats(f, offset, target, source, innerFloats),
        set(target, i32.add(get(target), i32.const(innerFloats * floatBytes))),
        fillFloats(f, offset, target, value, after[last] as number),
      ],
      fillFloats(f, offset, target, value, rowFloats),
    ),
  ]);
  return { parameters: 4, body: f.encode(body) };
}

/** Inputs up to which each is copied in the best way for its length; for more, the shortest code is taken. */
const fewInputs = 32;

/** The function that joins inputs. Parameters: first unit, last unit, every input, output. */
export function emitConcat({ blocks, within }: ConcatKernel): EmittedFunction {
  const parameters = blocks.length + 3;
  const f = new FunctionBuilder(parameters);
  const [unit, end] = f.parameters as [Local, Local];
  const output = f.parameters.at(-1) as Local;
  const [offset, target, source] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const total = within?.total ?? blocks.reduce((sum, floats) => sum + floats, 0);
  const start = i32.add(get(output), i32.mul(get(unit), i32.const(total * floatBytes)));
  const body = f.upTo(unit, get(end), [
    set(target, within === undefined ? start : i32.add(start, i32.const(within.offset * floatBytes))),
    blocks.map((floats, index) => [
      set(
        source,
        i32.add(get(f.parameters[index + 2] as Local), i32.mul(get(unit), i32.const(floats * floatBytes))),
      ),
      blocks.length <= fewInputs
        ? copyFloats(f, offset, target, source, floats)
        : memory.copy(get(target), get(source), i32.const(floats * floatBytes)),
      set(target, i32.add(get(target), i32.const(floats * floatBytes))),
    ]),
  ]);
  return { parameters, body: f.encode(body) };
}
