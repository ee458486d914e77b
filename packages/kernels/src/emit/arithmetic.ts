/** @file Vector arithmetic that several kernels share. */
import type { Engine } from '../plan/engine.js';
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, i32x4, type Local, set, v128 } from '../wasm/instructions.js';

/** `a · b + c` as the engine does it: rounded twice, or fused. */
export function multiplyAdd({ fusedMultiplyAdd }: Engine, a: Code, b: Code, c: Code): Code {
  return fusedMultiplyAdd ? f32x4.relaxedMadd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/** `sum + a · b`: of floats, of pairs of 16-bit integers, or of four bytes, whose products are added. */
export function addProduct(
  engine: Engine,
  {
    integers,
    widened,
  }: { readonly integers?: object; readonly widened?: { readonly rows: { readonly bytes?: object } } },
  a: Code,
  b: Code,
  sum: Code,
): Code {
  if (widened?.rows.bytes !== undefined) return i32x4.relaxedDotI8x16I7x16AddS(b, a, sum);
  return integers === undefined ? multiplyAdd(engine, a, b, sum) : i32x4.add(sum, i32x4.dotI16x8S(a, b));
}

/** `x` within [low, high]; NaN passes, because it is the first operand of both. */
export function clampTo(x: Code, low: Code, high: Code): Code {
  return f32x4.pmin(f32x4.pmax(x, low), high);
}

/** Sets `p` to a polynomial of `x`; coefficients from the highest power on. */
export function polynomial(
  f: FunctionBuilder,
  engine: Engine,
  p: Local,
  x: Local,
  [first = 0, ...rest]: readonly number[],
): Code {
  return [
    set(p, f.constant(first)),
    rest.map((c) => set(p, multiplyAdd(engine, get(p), get(x), f.constant(c)))),
  ];
}

/** Coefficients of (eʳ − 1 − r) / r² on |r| ≤ ½ ln 2, highest power first. Source: Cephes `expf`, S. Moshier. */
const exponentialCoefficients = [
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
];

/** A float whose neighbours are 1 apart: adding it rounds to an integer n, and leaves n in the lowest bits. */
const rounder = 1.5 * 2 ** 23;

/** x = n·ln 2 + r with |r| ≤ ½ ln 2, in locals that hold 2ⁿ or n, and eʳ − 1. */
interface ReducedExponential {
  /** A float whose lowest bits are n + `bias`. */
  readonly n: Local;
  readonly p: Local;
  readonly set: Code;
}

/** ln 2 is subtracted in two parts, the first with few enough bits that n times it is exact. */
function reduceExponential(f: FunctionBuilder, engine: Engine, x: Local, bias: number): ReducedExponential {
  const [n, whole, r, p] = f.vectors(4) as [Local, Local, Local, Local];
  return {
    n,
    p,
    set: [
      set(n, multiplyAdd(engine, get(x), f.constant(Math.LOG2E), f.constant(rounder + bias))),
      set(whole, f32x4.sub(get(n), f.constant(rounder + bias))),
      set(r, multiplyAdd(engine, get(whole), f.constant(-0.693359375), get(x))),
      set(r, multiplyAdd(engine, get(whole), f.constant(2.1219444e-4), get(r))),
      polynomial(f, engine, p, r, exponentialCoefficients),
      set(p, multiplyAdd(engine, f32x4.mul(get(p), get(r)), get(r), get(r))),
    ],
  };
}

/** 2ⁿ of the lowest bits n + 127 of an integer or float, 0 to 254, of which 0 gives 0: they move to the exponent's place. */
const powerOfTwo = (biased: Code): Code => i32x4.shl(biased, 23);

/**
 * Replaces each lane x of a local by eˣ: x = n·ln 2 + r, then eˣ = 2ⁿ · eʳ with a polynomial for eʳ. 2ⁿ is multiplied in two
 * halves, so that results down to the smallest denormal and up to infinity come out right. Error below 1 ulp; NaN stays.
 */
export function exponential(f: FunctionBuilder, engine: Engine, x: Local): Code {
  const { n, p, set: reduce } = reduceExponential(f, engine, x, 0);
  const half = f.local('v128');
  const biased = (exponent: Code): Code => powerOfTwo(i32x4.add(exponent, f.integerConstant(127)));
  return [
    // Beyond these bounds the result is 0 or infinity whatever the argument.
    set(x, clampTo(get(x), f.constant(-104), f.constant(89))),
    reduce,
    set(p, f32x4.add(get(p), f.constant(1))),
    set(n, i32x4.sub(get(n), f.constant(rounder))),
    set(half, i32x4.shrS(get(n), 1)),
    set(x, f32x4.mul(f32x4.mul(get(p), biased(get(half))), biased(i32x4.sub(get(n), get(half))))),
  ];
}

/** As {@link exponential} for x ≤ 0, and shorter: results below the smallest normal number are 0. */
export function decay(f: FunctionBuilder, engine: Engine, x: Local): Code {
  const { n, p, set: reduce } = reduceExponential(f, engine, x, 127);
  return [
    // At −88, n is −127.
    set(x, f32x4.pmax(get(x), f.constant(-88))),
    reduce,
    set(x, f32x4.mul(f32x4.add(get(p), f.constant(1)), powerOfTwo(get(n)))),
  ];
}

/**
 * Replaces each lane x ≤ 0 of a local by eˣ − 1 = 2ⁿ · (eʳ − 1) + (2ⁿ − 1), which near 0 is eʳ − 1 with all its digits. Error
 * below 1 ulp; NaN stays.
 */
export function exponentialMinusOne(f: FunctionBuilder, engine: Engine, x: Local): Code {
  const { n, p, set: reduce } = reduceExponential(f, engine, x, 127);
  return [
    // Below, the result is −1.
    set(x, f32x4.pmax(get(x), f.constant(-20))),
    reduce,
    set(n, powerOfTwo(get(n))),
    set(x, multiplyAdd(engine, get(p), get(n), f32x4.sub(get(n), f.constant(1)))),
  ];
}

/**
 * Replaces each lane x of a local by 1 / (1 + e⁻ˣ). With e = e^−|x|, which cannot overflow, it is 1 / (1 + e) for x ≥ 0 and
 * e / (1 + e) for x < 0.
 */
export function sigmoid(f: FunctionBuilder, engine: Engine, x: Local): Code {
  const [e, denominator] = f.vectors(2) as [Local, Local];
  return [
    set(e, f32x4.neg(f32x4.abs(get(x)))),
    decay(f, engine, e),
    set(denominator, f32x4.add(get(e), f.constant(1))),
    set(
      x,
      f32x4.div(v128.bitselect(get(e), f.constant(1), f32x4.lt(get(x), f.constant(0))), get(denominator)),
    ),
  ];
}

/**
 * Replaces each lane x of a local by tanh x. With m = e^(−2|x|) − 1, which keeps its digits near 0, its size is −m / (m + 2).
 * Error below 2 ulp; NaN stays.
 */
export function hyperbolicTangent(f: FunctionBuilder, engine: Engine, x: Local): Code {
  const m = f.local('v128');
  const signBit = f.integerConstant(0x80000000 | 0);
  return [
    set(m, f32x4.mul(f32x4.abs(get(x)), f.constant(-2))),
    exponentialMinusOne(f, engine, m),
    set(m, f32x4.abs(f32x4.div(get(m), f32x4.add(get(m), f.constant(2))))),
    set(x, v128.or(get(m), v128.and(get(x), signBit))),
  ];
}
