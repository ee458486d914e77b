/** @file What is done across the four lanes of a vector. */
import { floatBytes } from '../plan/sizes.js';
import type { Code } from '../wasm/code.js';
import { f32x4, get, type Local, set, v128 } from '../wasm/instructions.js';

/** All bits in the first `used` lanes, none behind. */
export function laneMask(used: number): Code {
  return v128.const(Array.from({ length: 16 }, (_, byte) => (byte < used * floatBytes ? 0xff : 0)));
}

/** Not zero where a lane is infinite or NaN: x − x is NaN there, and +0 elsewhere. */
export function anyNotFinite(...vectors: readonly Local[]): Code {
  const differences = vectors.map((x): Code => f32x4.sub(get(x), get(x)));
  return v128.anyTrue(differences.reduce((a, b) => v128.or(a, b)));
}

/** Combines the four lanes of a local, so that each lane holds the result. */
export function combineLanes(x: Local, operation: (a: Code, b: Code) => Code): Code {
  return [
    set(x, operation(get(x), f32x4.shuffle(get(x), get(x), [2, 3, 0, 1]))),
    set(x, operation(get(x), f32x4.shuffle(get(x), get(x), [1, 0, 3, 2]))),
  ];
}
