/** @file The code of what is taken at computed positions. */
import type { GatherKernel } from '../plan/gather.js';
import { floatBytes } from '../plan/sizes.js';
import { FunctionBuilder } from '../wasm/function.js';
import { f32, get, i32, type Local, select, set, v128 } from '../wasm/instructions.js';
import { maximum, minimum } from './address.js';
import type { EmittedFunction } from './elementwise.js';
import { forEachVector } from './flat-loop.js';
import { storeLanes } from './store.js';

/** The function of a gather. Parameters: first unit, last unit, data, indices, output. */
export function emitGather({ between, size, inner, count }: GatherKernel): EmittedFunction {
  const f = new FunctionBuilder(5);
  const [unit, end, data, indices, output] = f.parameters as [Local, Local, Local, Local, Local];
  const [index, source, target, offset] = Array.from({ length: 4 }, () => f.local('i32')) as [
    Local,
    Local,
    Local,
    Local,
  ];
  const bytes = (count: number) => i32.const(count * floatBytes);
  const row = i32.add(
    i32.mul(i32.divU(get(unit), i32.const(between * count)), i32.const(count)),
    i32.remU(get(unit), i32.const(count)),
  );
  const position = i32.add(i32.mul(i32.divU(get(unit), i32.const(count)), i32.const(size)), get(index));
  const body = f.upTo(unit, get(end), [
    set(index, i32.truncSatF32S(f32.load(i32.add(get(indices), i32.mul(row, bytes(1)))))),
    set(index, i32.add(get(index), select(i32.const(size), i32.const(0), i32.ltS(get(index), i32.const(0))))),
    set(index, maximum(minimum(get(index), i32.const(size - 1)), i32.const(0))),
    set(source, i32.add(get(data), i32.mul(position, bytes(inner)))),
    set(target, i32.add(get(output), i32.mul(get(unit), bytes(inner)))),
    forEachVector(f, inner, offset, (at, used) =>
      storeLanes(i32.add(get(target), at), v128.load(i32.add(get(source), at)), used, 0),
    ),
  ]);
  return { parameters: 5, body: f.encode(body) };
}
