import { floatBytes, lanes } from '../plan/shapes.js';
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { get, i32, type Local, set } from '../wasm/instructions.js';

/**
 * Runs over `count` contiguous floats: full vectors in a loop, then the rest in one more vector that may be partly used.
 * `body` gets the byte offset of its vector and how many of its lanes are used; it may read all four (memory behind the
 * last float is always readable) but must store no more than those. Offsets start at 0 and are left at the end.
 */
export function forEachVector(
  f: FunctionBuilder,
  count: number,
  offset: Local,
  body: (offset: Code, used: number) => Code,
): Code {
  const full = Math.floor(count / lanes);
  const rest = count - full * lanes;
  return [
    set(offset, i32.const(0)),
    f.repeat(full, [
      body(get(offset), lanes),
      set(offset, i32.add(get(offset), i32.const(lanes * floatBytes))),
    ]),
    rest === 0 ? [] : body(get(offset), rest),
  ];
}
