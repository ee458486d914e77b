/**
 * @file The code of aᵇ = 2^(b · log₂ a). The product may be as large as 150, and each unit in its last place is a factor of the
 * result, so logarithm and exponential are done in float64, two lanes at a time; one rounding to float32 at the end.
 */
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { f32x4, f64x2, get, i64x2, type Local, set, v128 } from '../wasm/instructions.js';
import { doublePolynomial, inDoubles } from './doubles.js';

/** Coefficients of (artanh s) / s in powers of s², highest first; |s| ≤ 0.172, so that what follows is below 2⁻⁴⁵. */
const logarithmCoefficients = [17, 15, 13, 11, 9, 7, 5, 3, 1].map((n) => 1 / n);

/** Coefficients of eʳ, highest power first; |r| ≤ ½ ln 2, so that what follows is below 2⁻⁴⁰. */
const exponentialCoefficients = [3628800, 362880, 40320, 5040, 720, 120, 24, 6, 2, 1, 1].map((n) => 1 / n);

/** Bits of a float64's fraction, as the number that they are. */
const fractionBits = 2 ** -1022 - 2 ** -1074;

/** Floats whose neighbours are 1 apart: integers lie in their lowest bits. */
const integers = 2 ** 52;
const rounder = 1.5 * 2 ** 52;

/** Replaces two lanes x ≥ 0 by log₂ x: x = m · 2ᵉ with √½ < m ≤ √2, and ln m = 2 artanh((m − 1) / (m + 1)). */
function logarithm(f: FunctionBuilder, x: Local): Code {
  const [e, m, above, square, p] = f.vectors(5) as [Local, Local, Local, Local, Local];
  const one = f.doubleConstant(1);
  return [
    set(e, v128.or(i64x2.shrU(get(x), 52), f.doubleConstant(integers))),
    set(e, f64x2.sub(get(e), f.doubleConstant(integers + 1023))),
    set(m, v128.or(v128.and(get(x), f.doubleConstant(fractionBits)), one)),
    set(above, f64x2.gt(get(m), f.doubleConstant(Math.SQRT2))),
    set(m, v128.bitselect(f64x2.mul(get(m), f.doubleConstant(0.5)), get(m), get(above))),
    set(e, f64x2.add(get(e), v128.and(get(above), one))),
    set(m, f64x2.div(f64x2.sub(get(m), one), f64x2.add(get(m), one))),
    set(square, f64x2.mul(get(m), get(m))),
    doublePolynomial(f, p, square, logarithmCoefficients),
    set(p, f64x2.mul(f64x2.mul(get(p), get(m)), f.doubleConstant(2 * Math.LOG2E))),
    set(e, f64x2.add(get(e), get(p))),
    // Infinity and NaN are their own logarithms, and that of 0 is −∞.
    set(e, v128.bitselect(get(e), get(x), f64x2.lt(get(x), f.doubleConstant(Infinity)))),
    set(x, v128.bitselect(f.doubleConstant(-Infinity), get(e), f64x2.eq(get(x), f.doubleConstant(0)))),
  ];
}

/** Replaces two lanes x by 2ˣ. */
function exponential(f: FunctionBuilder, x: Local): Code {
  const [n, p] = f.vectors(2) as [Local, Local];
  const biasedRounder = f.doubleConstant(rounder + 1023);
  return [
    // Beyond these bounds the result is 0 or infinity in float32; NaN, the first operand, stays.
    set(x, f64x2.pmin(f64x2.pmax(get(x), f.doubleConstant(-400)), f.doubleConstant(400))),
    set(n, f64x2.add(get(x), biasedRounder)),
    set(x, f64x2.mul(f64x2.sub(get(x), f64x2.sub(get(n), biasedRounder)), f.doubleConstant(Math.LN2))),
    doublePolynomial(f, p, x, exponentialCoefficients),
    set(x, f64x2.mul(get(p), i64x2.shl(get(n), 52))),
  ];
}

/** Replaces x by its natural logarithm: −∞ of 0, and NaN below. Error below 1 ulp. */
export function naturalLogarithm(f: FunctionBuilder, x: Local): Code {
  const isNegative = f.local('v128');
  return [
    set(isNegative, f32x4.lt(get(x), f.constant(0))),
    inDoubles(f, x, (half) => [
      logarithm(f, half),
      set(half, f64x2.mul(get(half), f.doubleConstant(Math.LN2))),
    ]),
    set(x, v128.bitselect(f.constant(Number.NaN), get(x), get(isNegative))),
  ];
}

/** Replaces `a` by aᵇ with the special cases of IEEE 754. Error below 1 ulp. */
export function power(f: FunctionBuilder, a: Local, b: Local): Code {
  const [low, half, isInteger, mask] = f.vectors(4) as [Local, Local, Local, Local];
  const [zero, one, infinity] = [f.constant(0), f.constant(1), f.constant(Infinity)];
  const isOne = f32x4.eq(f32x4.abs(get(a)), one);
  return [
    set(low, f32x4.abs(get(a))),
    inDoubles(f, low, (lanes, halfOf) => [
      logarithm(f, lanes),
      set(lanes, f64x2.mul(get(lanes), halfOf(b))),
      exponential(f, lanes),
    ]),
    // 1ᵇ and a⁰ are 1, whatever the other is.
    set(low, v128.bitselect(one, get(low), v128.or(isOne, f32x4.eq(get(b), zero)))),
    // An odd exponent keeps the base's sign: b is an integer and b / 2 is not.
    set(isInteger, f32x4.eq(f32x4.nearest(get(b)), get(b))),
    set(half, f32x4.mul(get(b), f.constant(0.5))),
    set(mask, v128.and(get(isInteger), f32x4.ne(f32x4.nearest(get(half)), get(half)))),
    set(low, v128.or(get(low), v128.and(v128.and(get(a), get(mask)), f.integerConstant(0x80000000 | 0)))),
    // A negative finite number has no power with a fraction.
    set(mask, v128.and(f32x4.lt(get(a), zero), f32x4.lt(f32x4.abs(get(a)), infinity))),
    set(mask, v128.andnot(get(mask), get(isInteger))),
    set(a, v128.bitselect(f.constant(Number.NaN), get(low), get(mask))),
  ];
}

/** Exponents that need no logarithm, and their code: each replaces x by its power. */
const shortPowers = new Map<number, (f: FunctionBuilder, x: Local) => Code>([
  [1, () => []],
  [2, (_, x) => set(x, f32x4.mul(get(x), get(x)))],
  [3, (_, x) => set(x, f32x4.mul(f32x4.mul(get(x), get(x)), get(x)))],
  [-1, (f, x) => set(x, f32x4.div(f.constant(1), get(x)))],
  [0.5, (f, x) => root(f, x)],
  [-0.5, (f, x) => [root(f, x), set(x, f32x4.div(f.constant(1), get(x)))]],
]);

/** Replaces x by x^½, which is the root but for −∞, where it is +∞, and −0, where it is +0. */
function root(f: FunctionBuilder, x: Local): Code {
  const isInfinite = f32x4.eq(get(x), f.constant(-Infinity));
  return set(
    x,
    v128.bitselect(f.constant(Infinity), f32x4.sqrt(f32x4.add(get(x), f.constant(0))), isInfinite),
  );
}

/** Replaces x by its power with a constant exponent. */
export function constantPower(f: FunctionBuilder, x: Local, exponent: number): Code {
  const short = shortPowers.get(exponent);
  if (short !== undefined) return short(f, x);
  const b = f.local('v128');
  return [set(b, f.constant(exponent)), power(f, x, b)];
}
