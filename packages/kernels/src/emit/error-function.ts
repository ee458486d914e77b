/** @file The error function and the activation that is made of it. */
import type { Engine } from '../plan/engine.js';
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, type Local, set } from '../wasm/instructions.js';
import { clampTo, multiplyAdd, polynomial } from './arithmetic.js';

/**
 * erf(x) / x = P(x²) / Q(x²) for |x| ≤ 3.83, where erf is 1 in float32; coefficients from the highest power on. Fitted by
 * Lawson's iteration to a relative error of 2⁻²⁶. All are positive, so nothing cancels.
 */
const numerator = [2.1231423e-6, 2.8594429e-4, 3.6527643e-3, 5.2418567e-2, 0.18730845, 1.1283791];
const denominator = [3.889844e-5, 1.1417113e-3, 1.4742518e-2, 0.11290057, 0.4993307, 1];

/** From here on the fraction is above 1, and is cut there: erf is exactly ±1 far out. */
const farthest = 4;

/** Replaces each lane x of a local by erf(x). Error below 4 ulp, near 0 too; NaN stays. */
export function errorFunction(f: FunctionBuilder, engine: Engine, x: Local): Code {
  const [square, p, q] = f.vectors(3) as [Local, Local, Local];
  return [
    set(x, clampTo(get(x), f.constant(-farthest), f.constant(farthest))),
    set(square, f32x4.mul(get(x), get(x))),
    polynomial(f, engine, p, square, numerator),
    polynomial(f, engine, q, square, denominator),
    set(x, clampTo(f32x4.div(f32x4.mul(get(x), get(p)), get(q)), f.constant(-1), f.constant(1))),
  ];
}

/**
 * Replaces each lane x of a local by x · (1 + erf(x / √2)) / 2. Error below 3 ulp of x; far below 0, where the result is next
 * to nothing beside x, that is as good as an erf in float32 lets it be.
 */
export function gelu(f: FunctionBuilder, engine: Engine, x: Local): Code {
  const gate = f.local('v128');
  return [
    set(gate, f32x4.mul(get(x), f.constant(Math.SQRT1_2))),
    errorFunction(f, engine, gate),
    set(x, f32x4.mul(get(x), f.constant(0.5))),
    set(x, multiplyAdd(engine, get(x), get(gate), get(x))),
  ];
}
