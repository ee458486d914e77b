/** @file Vector arithmetic that several kernels share. */
import type { Engine } from '../plan/engine.js';
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, i32x4, type Local, set, v128 } from '../wasm/instructions.js';

/** `a · b + c` as the engine does it: rounded twice, or fused. */
export function multiplyAdd({ fusedMultiplyAdd }: Engine, a: Code, b: Code, c: Code): Code {
  return fusedMultiplyAdd ? f32x4.relaxedMadd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/** `x` within [low, high]; NaN passes, because it is the first operand of both. */
export function clampTo(x: Code, low: Code, high: Code): Code {
  return f32x4.pmin(f32x4.pmax(x, low), high);
}

/** Sets `p` to a polynomial of `x`; coefficients from the highest power on. */
export function polynomial(
  f: FunctionBuilder,
  p: Local,
  x: Local,
  [first = 0, ...rest]: readonly number[],
): Code {
  return [
    set(p, f.constant(first)),
    rest.map((c) => set(p, f32x4.add(f32x4.mul(get(p), get(x)), f.constant(c)))),
  ];
}

/** Coefficients of (eʳ − 1 − r) / r² on |r| ≤ ½ ln 2, highest power first. Source: Cephes `expf`, S. Moshier. */
const exponentialCoefficients = [
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
];

/**
 * Splits x = n·ln 2 + r with |r| ≤ ½ ln 2 and sets `p` to eʳ − 1. ln 2 is subtracted in two parts, the first with few
 * enough bits that n times it is exact.
 */
function reduceExponential(f: FunctionBuilder, x: Local, n: Local, r: Local, p: Local, low: Code = []): Code {
  return [
    set(n, f32x4.nearest(f32x4.mul(get(x), f.constant(Math.LOG2E)))),
    set(r, f32x4.sub(get(x), f32x4.mul(get(n), f.constant(0.693359375)))),
    set(r, f32x4.add(get(r), f32x4.mul(get(n), f.constant(2.1219444e-4)))),
    Array.isArray(low) && low.length === 0 ? [] : set(r, f32x4.add(get(r), low)),
    polynomial(f, p, r, exponentialCoefficients),
    set(p, f32x4.add(f32x4.mul(f32x4.mul(get(p), get(r)), get(r)), get(r))),
  ];
}

/** 2ⁿ for integer lanes −126 ≤ n ≤ 127: n in the place of the exponent. */
function powerOfTwo(f: FunctionBuilder, n: Code): Code {
  return i32x4.shl(i32x4.add(n, f.integerConstant(127)), 23);
}

/**
 * Replaces each lane x of a local by eˣ: x = n·ln 2 + r, then eˣ = 2ⁿ · eʳ with a polynomial for eʳ. 2ⁿ is multiplied in two
 * halves, so that results down to the smallest denormal and up to infinity come out right. Error below 1 ulp; NaN stays.
 * `low` is a small number, |low| < 0.1, that is added to x with all its digits.
 */
export function exponential(f: FunctionBuilder, x: Local, low: Code = []): Code {
  const [n, r, p, half] = f.vectors(4) as [Local, Local, Local, Local];
  return [
    // Beyond these bounds the result is 0 or infinity whatever the argument.
    set(x, clampTo(get(x), f.constant(-104), f.constant(89))),
    reduceExponential(f, x, n, r, p, low),
    set(p, f32x4.add(get(p), f.constant(1))),
    set(n, i32x4.truncSatF32x4S(get(n))),
    set(half, i32x4.shrS(get(n), 1)),
    set(
      x,
      f32x4.mul(f32x4.mul(get(p), powerOfTwo(f, get(half))), powerOfTwo(f, i32x4.sub(get(n), get(half)))),
    ),
  ];
}

/**
 * Replaces each lane x ≤ 0 of a local by eˣ − 1 = 2ⁿ · (eʳ − 1) + (2ⁿ − 1), which near 0 is eʳ − 1 with all its digits. Error
 * below 1 ulp; NaN stays.
 */
export function exponentialMinusOne(f: FunctionBuilder, x: Local): Code {
  const [n, r, p] = f.vectors(3) as [Local, Local, Local];
  return [
    // Below, the result is −1.
    set(x, f32x4.pmax(get(x), f.constant(-20))),
    reduceExponential(f, x, n, r, p),
    set(n, powerOfTwo(f, i32x4.truncSatF32x4S(get(n)))),
    set(x, f32x4.add(f32x4.mul(get(p), get(n)), f32x4.sub(get(n), f.constant(1)))),
  ];
}

/**
 * Replaces each lane x of a local by 1 / (1 + e⁻ˣ). With e = e^−|x|, which cannot overflow, it is 1 / (1 + e) for x ≥ 0 and
 * e / (1 + e) for x < 0.
 */
export function sigmoid(f: FunctionBuilder, x: Local): Code {
  const [e, denominator] = f.vectors(2) as [Local, Local];
  return [
    set(e, f32x4.neg(f32x4.abs(get(x)))),
    exponential(f, e),
    set(denominator, f32x4.add(get(e), f.constant(1))),
    set(
      x,
      f32x4.div(v128.bitselect(get(e), f.constant(1), f32x4.lt(get(x), f.constant(0))), get(denominator)),
    ),
  ];
}
