/**
 * @file The error function's tail and what is made of it. `erfc(z) = e^(−z²) · q(z)` where q falls smoothly from 1 like
 * 1 / (z√π): with y = (z − 3) / (z + 3) in −1…1, (z + 3) · q(z) is a polynomial of degree 9 in y.
 */
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, type Local, set, v128 } from '../wasm/instructions.js';
import { exponential, polynomial } from './arithmetic.js';

/**
 * (z + 3) · e^(z²) · erfc(z) in powers of (z − 3) / (z + 3), highest first, for 0 ≤ z ≤ 10.6. Fitted by Lawson's iteration;
 * relative error 2⁻²⁸.
 */
const tailCoefficients = [
  -3.2289859e-4, -4.7851636e-4, 3.0812456e-3, -1.2289189e-3, -2.6840745e-2, 1.195295e-1, -3.1046587e-1,
  5.9022826e-1, -8.8339448e-1, 1.0740069,
];

/** erf(x) / x in powers of x², highest first, for |x| ≤ 1. Fitted likewise; relative error 2⁻²⁹. */
const centreCoefficients = [
  7.8538576e-5, -8.0101925e-4, 5.1883277e-3, -2.6853811e-2, 1.1283585e-1, -3.7612626e-1, 1.1283791,
];

/** Replaces each lane z, 0 ≤ z ≤ 10.6, of a local by e^(z²) · erfc(z). */
function scaledTail(f: FunctionBuilder, z: Local): Code {
  const [reciprocal, y, p] = f.vectors(3) as [Local, Local, Local];
  return [
    set(reciprocal, f32x4.div(f.constant(1), f32x4.add(get(z), f.constant(3)))),
    set(y, f32x4.mul(f32x4.sub(get(z), f.constant(3)), get(reciprocal))),
    polynomial(f, p, y, tailCoefficients),
    set(z, f32x4.mul(get(p), get(reciprocal))),
  ];
}

/** Sets `low` to x² − `high`, and `high` to nearly x²; x is positive. The upper half of x's digits has an exact square. */
function exactSquare(f: FunctionBuilder, x: Local, high: Local, low: Local): Code {
  return [
    set(high, v128.and(get(x), f.integerConstant(0xfffff000 | 0))),
    set(low, f32x4.mul(f32x4.sub(get(x), get(high)), f32x4.add(get(x), get(high)))),
    set(high, f32x4.mul(get(high), get(high))),
  ];
}

/**
 * Replaces each lane x of a local by x · Φ(x), where the normal distribution Φ(x) is `t = erfc(|x| / √2) / 2` for x < 0 and
 * 1 − t from 0 on. The square in t's e^(−x²/2) is exact, so that no digits are lost far below 0. Error below 4 ulp.
 */
export function gelu(f: FunctionBuilder, x: Local): Code {
  const [size, tail, high, low] = f.vectors(4) as [Local, Local, Local, Local];
  return [
    // Beyond 15 the tail is 0. NaN is the first operand of the minimum, so that it stays.
    set(size, f32x4.pmin(f32x4.abs(get(x)), f.constant(15))),
    exactSquare(f, size, high, low),
    set(high, f32x4.mul(get(high), f.constant(-0.5))),
    exponential(f, high, f32x4.mul(get(low), f.constant(-0.5))),
    set(tail, f32x4.mul(get(size), f.constant(Math.SQRT1_2))),
    scaledTail(f, tail),
    set(tail, f32x4.mul(f32x4.mul(get(tail), get(high)), f.constant(0.5))),
    set(
      tail,
      v128.bitselect(get(tail), f32x4.sub(f.constant(1), get(tail)), f32x4.lt(get(x), f.constant(0))),
    ),
    set(x, f32x4.mul(get(x), get(tail))),
  ];
}

/** Replaces each lane x of a local by erf(x): a polynomial up to 1, and 1 − erfc(|x|) with x's sign beyond. Error below 2 ulp. */
export function errorFunction(f: FunctionBuilder, x: Local): Code {
  const [size, tail, square, centre] = f.vectors(4) as [Local, Local, Local, Local];
  const sign = v128.and(get(x), f.integerConstant(0x80000000 | 0));
  return [
    set(size, f32x4.pmin(f32x4.abs(get(x)), f.constant(10))),
    set(tail, get(size)),
    scaledTail(f, tail),
    set(square, f32x4.neg(f32x4.mul(get(size), get(size)))),
    exponential(f, square),
    set(tail, f32x4.sub(f.constant(1), f32x4.mul(get(tail), get(square)))),
    set(square, f32x4.mul(get(x), get(x))),
    polynomial(f, centre, square, centreCoefficients),
    set(
      x,
      v128.bitselect(
        f32x4.mul(get(x), get(centre)),
        v128.or(get(tail), sign),
        f32x4.lt(get(size), f.constant(1)),
      ),
    ),
  ];
}
