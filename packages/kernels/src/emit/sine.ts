/** @file The code of sine and cosine. */
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { f64x2, get, i64x2, type Local, set, v128 } from '../wasm/instructions.js';
import { doublePolynomial, inDoubles } from './doubles.js';

/** Taylor coefficients of (sin r) / r and cos r in powers of r², highest first; |r| ≤ π/4, so that what follows is below 2⁻³². */
const sineCoefficients = [-39916800, 362880, -5040, 120, -6, 1].map((n) => 1 / n);
const cosineCoefficients = [-3628800, 40320, -720, 24, -2, 1].map((n) => 1 / n);

/** π/2 in two parts, the first of 33 bits: a product with up to 20 bits is exact. */
const quarterTurn = [1.5707963267341256, 6.077100506506192e-11] as const;

/** Floats whose neighbours are 1 apart: integers lie in their lowest bits. */
const rounder = 1.5 * 2 ** 52;

/**
 * Replaces x by sin(x + quarters · π/2), which is the cosine for 1: x = n · π/2 + r, and by the lowest bits of n + quarters it is
 * the sine or cosine of r, or its negative. In float64, so that an argument keeps all digits that it has up to 2²⁰ and loses
 * 2⁻⁵⁰ of itself beyond; of infinities NaN.
 */
export const sine = (f: FunctionBuilder, x: Local, quarters: 0 | 1): Code =>
  inDoubles(f, x, (r) => {
    const [n, whole, square, p] = f.vectors(4) as [Local, Local, Local, Local];
    const toInteger = f.doubleConstant(rounder + quarters);
    const minus = (part: number): Code =>
      set(r, f64x2.sub(get(r), f64x2.mul(get(whole), f.doubleConstant(part))));
    const signBit = v128.and(i64x2.shl(get(n), 62), f.doubleConstant(-0));
    return [
      set(n, f64x2.add(f64x2.mul(get(r), f.doubleConstant(2 / Math.PI)), toInteger)),
      set(whole, f64x2.sub(get(n), toInteger)),
      quarterTurn.map(minus),
      // What is left of a huge argument is any angle, but no other number; NaN, the first operand, stays.
      set(r, f64x2.pmin(f64x2.pmax(get(r), f.doubleConstant(-1)), f.doubleConstant(1))),
      set(square, f64x2.mul(get(r), get(r))),
      doublePolynomial(f, p, square, sineCoefficients),
      set(r, f64x2.mul(get(r), get(p))),
      doublePolynomial(f, p, square, cosineCoefficients),
      set(r, v128.bitselect(get(p), get(r), i64x2.shrS(i64x2.shl(get(n), 63), 63))),
      set(r, f64x2.mul(get(r), v128.or(signBit, f.doubleConstant(1)))),
    ];
  });
