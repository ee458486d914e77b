import { floatBytes, lanes } from '../plan/sizes.js';
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, i32, type Local, set, v128 } from '../wasm/instructions.js';
import { combineLanes, laneMask } from './lanes.js';

/**
 * A power of two: a sum of `count` numbers, each multiplied by it, cannot overflow. A mean whose sum did is added up again
 * with it; what falls below the smallest number then is far below what is rounded anyway.
 */
export function sumScale(count: number): number {
  return 2 ** -Math.ceil(Math.log2(count));
}

/** Vectors summed side by side, so that one addition need not wait for the other. */
const sideBySide = 4;

/**
 * Sets every lane of `sum` to the sum of `term` over `count` contiguous floats. `term` replaces a local that holds the vector
 * at `source` plus some offset. Lane by lane in four partial sums, which are added up at the end.
 */
export function sumRow(
  f: FunctionBuilder,
  { source, count, sum }: { readonly source: Local; readonly count: number; readonly sum: Local },
  term: (x: Local) => Code,
): Code {
  const vectors = Math.ceil(count / lanes);
  const partial = [sum, ...f.vectors(Math.min(sideBySide, vectors) - 1)];
  const [x, pointer] = [f.local('v128'), f.local('i32')];
  const vectorBytes = lanes * floatBytes;
  const addTo = (target: Local, offset: number, used: number): Code => [
    set(x, v128.load(get(pointer), offset)),
    term(x),
    set(target, f32x4.add(get(target), used === lanes ? get(x) : v128.and(get(x), laneMask(used)))),
  ];
  const full = Math.floor(count / lanes);
  const groups = Math.floor(full / sideBySide);
  const left = vectors - groups * sideBySide;
  return [
    partial.map((p) => set(p, f32x4.const(0))),
    set(pointer, get(source)),
    f.repeat(groups, [
      partial.map((p, index) => addTo(p, index * vectorBytes, lanes)),
      set(pointer, i32.add(get(pointer), i32.const(sideBySide * vectorBytes))),
    ]),
    Array.from({ length: left }, (_, index) =>
      addTo(
        partial[index] as Local,
        index * vectorBytes,
        Math.min(lanes, count - (groups * sideBySide + index) * lanes),
      ),
    ),
    partial.slice(1).map((p) => set(sum, f32x4.add(get(sum), get(p)))),
    combineLanes(sum, f32x4.add),
  ];
}
