/** @file The only list of activations' code: how each changes a vector of four numbers in place. */
import type { Engine } from '../plan/engine.js';
import type { UnaryFunction } from '../plan/epilogue.js';
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, type Local, set, v128 } from '../wasm/instructions.js';
import {
  clampTo,
  exponential,
  exponentialMinusOne,
  hyperbolicTangent,
  multiplyAdd,
  polynomial,
  sigmoid,
} from './arithmetic.js';
import { errorFunction, gelu } from './error-function.js';
import { constantPower, naturalLogarithm } from './power.js';
import { sine } from './sine.js';

/** The code that changes an accumulator in place. */
export type EmittedActivation = (x: Local) => Code;

type Kind = UnaryFunction['kind'];
type Emitter<K extends Kind> = (
  f: FunctionBuilder,
  activation: Extract<UnaryFunction, { readonly kind: K }>,
  engine: Engine,
) => EmittedActivation;

/** `then` where x < 0, else `otherwise`; NaN is not below 0. */
const whereNegative = (f: FunctionBuilder, x: Local, then: Code, otherwise: Code): Code =>
  v128.bitselect(then, otherwise, f32x4.lt(get(x), f.constant(0)));

/** A clamp between bounds that are vectors; without one there is no such bound. */
export const emitBounds =
  (min: Code | undefined, max: Code | undefined): EmittedActivation =>
  (x) => {
    if (min !== undefined && max !== undefined) return set(x, clampTo(get(x), min, max));
    if (min !== undefined) return set(x, f32x4.pmax(get(x), min));
    return max === undefined ? [] : set(x, f32x4.pmin(get(x), max));
  };

const emitClamp: Emitter<'clamp'> = (f, { min, max }) =>
  emitBounds(min === -Infinity ? undefined : f.constant(min), max === Infinity ? undefined : f.constant(max));

/** `x · σ(w)` with `w = 2 · √(2/π) · (x + 0.044715 · x³)`, which is `x · (1 + tanh(w / 2)) / 2`. */
const emitGeluByTanh: Emitter<'gelu-tanh'> = (f, _, engine) => {
  const factor = 2 * Math.sqrt(2 / Math.PI);
  const gate = f.local('v128');
  return (x) => [
    set(gate, f32x4.mul(f32x4.mul(get(x), get(x)), f.constant(0.044715 * factor))),
    set(gate, f32x4.mul(get(x), f32x4.add(get(gate), f.constant(factor)))),
    sigmoid(f, engine, gate),
    set(x, f32x4.mul(get(x), get(gate))),
  ];
};

/**
 * log(1 + t) = 2 · artanh(s) with s = t / (2 + t): coefficients of its quotient by s as a polynomial of s², from the highest power on.
 * Fitted for t ≤ 1 to a relative error of 2⁻²⁷.
 */
const logarithmCoefficients = [0.28011996, 0.28001803, 0.40021527, 0.6666642, 2];

/** `max(0, x) + log(1 + t)` with `t = e^−|x|`, which cannot overflow. */
const emitSoftplus: Emitter<'softplus'> = (f, _, engine) => {
  const [s, square, quotient] = f.vectors(3) as [Local, Local, Local];
  return (x) => [
    set(s, f32x4.neg(f32x4.abs(get(x)))),
    exponential(f, engine, s),
    set(s, f32x4.div(get(s), f32x4.add(get(s), f.constant(2)))),
    set(square, f32x4.mul(get(s), get(s))),
    polynomial(f, engine, quotient, square, logarithmCoefficients),
    set(x, multiplyAdd(engine, get(s), get(quotient), f32x4.pmax(get(x), f.constant(0)))),
  ];
};

const emitters: { readonly [K in Kind]: Emitter<K> } = {
  abs: () => (x) => set(x, f32x4.abs(get(x))),
  clamp: emitClamp,
  cos: (f) => (x) => sine(f, x, 1),
  elu: (f, { alpha, scale }, engine) => {
    const below = f.local('v128');
    return (x) => [
      set(below, get(x)),
      exponentialMinusOne(f, engine, below),
      set(below, f32x4.mul(get(below), f.constant(scale * alpha))),
      set(x, whereNegative(f, x, get(below), scale === 1 ? get(x) : f32x4.mul(get(x), f.constant(scale)))),
    ];
  },
  erf: (f, _, engine) => (x) => errorFunction(f, engine, x),
  exp: (f, _, engine) => (x) => exponential(f, engine, x),
  gelu: (f, _, engine) => (x) => gelu(f, engine, x),
  'gelu-tanh': emitGeluByTanh,
  'hard-sigmoid': (f, { slope, offset }) => {
    const line = (x: Local): Code => f32x4.add(f32x4.mul(get(x), f.constant(slope)), f.constant(offset));
    return (x) => set(x, clampTo(line(x), f.constant(0), f.constant(1)));
  },
  // An eighth of x · clamp(x + 3, 0, 6), which cannot overflow, over an eighth of 6: the same bits, since 8 is a power of two.
  'hard-swish': (f, _, engine) => {
    const gate = (x: Local): Code =>
      clampTo(
        multiplyAdd(engine, get(x), f.constant(1 / 8), f.constant(3 / 8)),
        f.constant(0),
        f.constant(6 / 8),
      );
    return (x) => set(x, f32x4.div(f32x4.mul(get(x), gate(x)), f.constant(6 / 8)));
  },
  'leaky-relu':
    (f, { slope }) =>
    (x) =>
      set(x, whereNegative(f, x, f32x4.mul(get(x), f.constant(slope)), get(x))),
  log: (f) => (x) => naturalLogarithm(f, x),
  neg: () => (x) => set(x, f32x4.neg(get(x))),
  pow:
    (f, { exponent }) =>
    (x) =>
      constantPower(f, x, exponent),
  round:
    (_, { to }) =>
    (x) =>
      set(x, f32x4[to](get(x))),
  sigmoid: (f, _, engine) => (x) => sigmoid(f, engine, x),
  sin: (f) => (x) => sine(f, x, 0),
  softplus: emitSoftplus,
  sqrt: () => (x) => set(x, f32x4.sqrt(get(x))),
  swish: (f, _, engine) => {
    const gate = f.local('v128');
    return (x) => [set(gate, get(x)), sigmoid(f, engine, gate), set(x, f32x4.mul(get(x), get(gate)))];
  },
  tanh: (f, _, engine) => (x) => hyperbolicTangent(f, engine, x),
};

/** The code of one activation. */
export function emitActivation(
  f: FunctionBuilder,
  engine: Engine,
  activation: UnaryFunction,
): EmittedActivation {
  // The table pairs kind and parameters by name, which the compiler cannot follow through a union.
  const emit = emitters[activation.kind] as Emitter<Kind>;
  return emit(f, activation, engine);
}
