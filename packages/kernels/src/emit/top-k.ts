/** @file The code of the positions of the largest numbers. */

import { floatBytes } from '../plan/sizes.js';
import type { TopKKernel } from '../plan/top-k.js';
import { FunctionBuilder } from '../wasm/function.js';
import { f32, get, i32, ifElse, type Local, set } from '../wasm/instructions.js';
import { advance, maximum } from './address.js';
import type { EmittedFunction } from './elementwise.js';

/**
 * The function of the positions of the largest numbers: each is the largest of those that come behind the one before, by their sizes and
 * then by their places. Nothing is kept besides, and nothing is moved. Parameters: first unit, last unit, input, output.
 */
export function emitTopK({ size, count }: TopKKernel): EmittedFunction {
  const f = new FunctionBuilder(4);
  const [unit, end, input, output] = f.parameters as [Local, Local, Local, Local];
  const [row, target, at, best, last] = Array.from({ length: 5 }, () => f.local('i32')) as [
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const [x, largest, before] = [f.local('f32'), f.local('f32'), f.local('f32')];
  const place = (base: Local, floats: number) =>
    i32.add(get(base), i32.mul(get(unit), i32.const(floats * floatBytes)));
  const isBehind = i32.or(
    f32.lt(get(x), get(before)),
    i32.and(f32.eq(get(x), get(before)), i32.gtS(get(at), get(last))),
  );
  const isLargest = i32.or(i32.ltS(get(best), i32.const(0)), f32.gt(get(x), get(largest)));
  const body = f.upTo(unit, get(end), [
    set(row, place(input, size)),
    set(target, place(output, count)),
    set(before, f32.const(Infinity)),
    set(last, i32.const(-1)),
    f.repeat(count, [
      set(best, i32.const(-1)),
      set(at, i32.const(0)),
      f.upTo(at, i32.const(size), [
        set(x, f32.load(i32.add(get(row), i32.mul(get(at), i32.const(floatBytes))))),
        ifElse(i32.and(isBehind, isLargest), [set(largest, get(x)), set(best, get(at))]),
      ]),
      // What is left is NaN where nothing is found.
      ifElse(i32.geS(get(best), i32.const(0)), [set(before, get(largest)), set(last, get(best))]),
      f32.store(get(target), f32.convertI32S(maximum(get(best), i32.const(0)))),
      advance(target, floatBytes),
    ]),
  ]);
  return { parameters: 4, body: f.encode(body) };
}
