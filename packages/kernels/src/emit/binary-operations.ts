/** @file The only list of operations on two vectors: each replaces the first by the result. */
import type { BinaryOp } from '../plan/elementwise.js';
import type { Code } from '../wasm/code.js';
import { f32x4, get, type Local, set, v128 } from '../wasm/instructions.js';

/** The code of each operation. */
export const binaryOperations: { readonly [Op in BinaryOp]: (a: Local, b: Local) => Code } = {
  add: (a, b) => set(a, f32x4.add(get(a), get(b))),
  mul: (a, b) => set(a, f32x4.mul(get(a), get(b))),
  // NaN is not below 0.
  prelu: (a, b) =>
    set(a, v128.bitselect(f32x4.mul(get(a), get(b)), get(a), f32x4.lt(get(a), f32x4.const(0)))),
};
