/** @file Functions whose digits float32 does not hold: computed in float64, two lanes at a time, and rounded once. */
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { f32x4, f64x2, get, type Local, set } from '../wasm/instructions.js';

/** Sets `p` to a polynomial of `x`; coefficients from the highest power on. */
export function doublePolynomial(
  f: FunctionBuilder,
  p: Local,
  x: Local,
  [first = 0, ...rest]: readonly number[],
): Code {
  return [
    set(p, f.doubleConstant(first)),
    rest.map((c) => set(p, f64x2.add(f64x2.mul(get(p), get(x)), f.doubleConstant(c)))),
  ];
}

/** Changes the four lanes of x, given as float64 in two halves; `halfOf` gives the same lanes of another vector. */
export function inDoubles(
  f: FunctionBuilder,
  x: Local,
  change: (half: Local, halfOf: (other: Local) => Code) => Code,
): Code {
  const [low, high] = f.vectors(2) as [Local, Local];
  const lower = (y: Local): Code => f64x2.promoteLow(get(y));
  const upper = (y: Local): Code => f64x2.promoteLow(f32x4.shuffle(get(y), get(y), [2, 3, 2, 3]));
  const half = (into: Local, of: (y: Local) => Code): Code => [
    set(into, of(x)),
    change(into, of),
    set(into, f32x4.demoteZero(get(into))),
  ];
  return [half(low, lower), half(high, upper), set(x, f32x4.shuffle(get(low), get(high), [0, 1, 4, 5]))];
}
