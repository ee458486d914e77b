/** @file The only list of operations on two vectors: each replaces the first by the result. */
import type { BinaryOpName } from '@sepconv/graph';
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, type Local, set, v128 } from '../wasm/instructions.js';
import { power } from './power.js';

/** 1 where a comparison holds, else 0. */
const comparison =
  (holds: (a: Code, b: Code) => Code) =>
  (f: FunctionBuilder, a: Local, b: Local): Code =>
    set(a, v128.and(holds(get(a), get(b)), f.constant(1)));

/** The code of each operation. */
export const binaryOperations: {
  readonly [Op in BinaryOpName]: (f: FunctionBuilder, a: Local, b: Local) => Code;
} = {
  add: (_, a, b) => set(a, f32x4.add(get(a), get(b))),
  div: (_, a, b) => set(a, f32x4.div(get(a), get(b))),
  equal: comparison(f32x4.eq),
  less: comparison(f32x4.lt),
  mask: (f, a, b) => set(a, v128.and(get(a), f32x4.ne(get(b), f.constant(0)))),
  maximum: (_, a, b) => set(a, f32x4.max(get(a), get(b))),
  minimum: (_, a, b) => set(a, f32x4.min(get(a), get(b))),
  mul: (_, a, b) => set(a, f32x4.mul(get(a), get(b))),
  pow: power,
  // NaN is not below 0.
  prelu: (f, a, b) =>
    set(a, v128.bitselect(f32x4.mul(get(a), get(b)), get(a), f32x4.lt(get(a), f.constant(0)))),
  sub: (_, a, b) => set(a, f32x4.sub(get(a), get(b))),
};
