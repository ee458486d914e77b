import { floatBytes, lanes } from '../plan/sizes.js';
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { get, i32, type Local, set } from '../wasm/instructions.js';

/** One of several neighbouring vectors. */
export interface LoopVector {
  readonly index: number;
  /** How many of its lanes are used. */
  readonly used: number;
  /** Its bytes behind the first one. */
  readonly place: number;
}

/**
 * Runs over `count` contiguous floats, `vectors` neighbouring vectors at a time, so that an engine may join them: full ones in
 * a loop, then the rest once, of which the last vector may be partly used. `body` gets the byte offset of its first vector;
 * it may read all four lanes of each (memory behind the last float is always readable) but must store no more than are used.
 * Offsets start at 0 and are left at the end.
 */
export function forEachVectors(
  f: FunctionBuilder,
  { count, vectors }: { readonly count: number; readonly vectors: number },
  offset: Local,
  body: (offset: Code, parts: readonly LoopVector[]) => Code,
): Code {
  const width = vectors * lanes;
  const full = Math.floor(count / width);
  const rest = count - full * width;
  const partsOf = (floats: number): LoopVector[] =>
    Array.from({ length: Math.ceil(floats / lanes) }, (_, index) => ({
      index,
      used: Math.min(lanes, floats - index * lanes),
      place: index * lanes * floatBytes,
    }));
  return [
    set(offset, i32.const(0)),
    f.repeat(full, [
      body(get(offset), partsOf(width)),
      set(offset, i32.add(get(offset), i32.const(width * floatBytes))),
    ]),
    rest === 0 ? [] : body(get(offset), partsOf(rest)),
  ];
}

/** As {@link forEachVectors}, one vector at a time. */
export function forEachVector(
  f: FunctionBuilder,
  count: number,
  offset: Local,
  body: (offset: Code, used: number) => Code,
): Code {
  return forEachVectors(f, { count, vectors: 1 }, offset, (at, parts) =>
    parts.map(({ used }) => body(at, used)),
  );
}
