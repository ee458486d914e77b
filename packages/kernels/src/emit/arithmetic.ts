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

/** Coefficients of (eʳ − 1 − r) / r² on |r| ≤ ½ ln 2, highest power first. Source: Cephes `expf`, S. Moshier. */
const exponentialCoefficients = [
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
];

/**
 * Replaces each lane x of a local by eˣ: x = n·ln 2 + r with |r| ≤ ½ ln 2, then eˣ = 2ⁿ · eʳ with a polynomial for eʳ. ln 2
 * is subtracted in two parts, the first with few enough bits that n times it is exact, and 2ⁿ is multiplied in two
 * halves, so that results down to the smallest denormal and up to infinity come out right. Error below 2 ulp; NaN stays.
 */
export function exponential(f: FunctionBuilder, x: Local): Code {
  const [n, r, p, half] = f.vectors(4) as [Local, Local, Local, Local];
  const powerOfTwo = (exponent: Code): Code => i32x4ShiftToExponent(exponent);
  return [
    // Beyond these bounds the result is 0 or infinity whatever the argument.
    set(x, clampTo(get(x), f32x4.const(-104), f32x4.const(89))),
    set(n, f32x4.nearest(f32x4.mul(get(x), f32x4.const(Math.LOG2E)))),
    set(r, f32x4.sub(get(x), f32x4.mul(get(n), f32x4.const(0.693359375)))),
    set(r, f32x4.add(get(r), f32x4.mul(get(n), f32x4.const(2.1219444e-4)))),
    set(p, f32x4.const(exponentialCoefficients[0] as number)),
    exponentialCoefficients.slice(1).map((c) => set(p, f32x4.add(f32x4.mul(get(p), get(r)), f32x4.const(c)))),
    set(p, f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(get(p), get(r)), get(r)), get(r)), f32x4.const(1))),
    set(n, i32x4.truncSatF32x4S(get(n))),
    set(half, i32x4.shrS(get(n), 1)),
    set(x, f32x4.mul(f32x4.mul(get(p), powerOfTwo(get(half))), powerOfTwo(i32x4.sub(get(n), get(half))))),
  ];
}

/** 2ⁿ for integer lanes −126 ≤ n ≤ 127: n in the place of the exponent. */
function i32x4ShiftToExponent(n: Code): Code {
  return i32x4.shl(i32x4.add(n, i32x4.const(127)), 23);
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
    set(denominator, f32x4.add(get(e), f32x4.const(1))),
    set(
      x,
      f32x4.div(v128.bitselect(get(e), f32x4.const(1), f32x4.lt(get(x), f32x4.const(0))), get(denominator)),
    ),
  ];
}
