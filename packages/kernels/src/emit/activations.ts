/** @file The only list of activations' code: how each changes a vector of four numbers in place. */
import type { Activation } from '../plan/epilogue.js';
import type { Code } from '../wasm/code.js';
import type { FunctionBuilder } from '../wasm/function.js';
import { f32x4, get, type Local, set, v128 } from '../wasm/instructions.js';
import { clampTo, exponentialMinusOne, sigmoid } from './arithmetic.js';
import { gelu } from './error-function.js';

/** How one activation changes an accumulator, and the constants that it needs before. */
export interface EmittedActivation {
  readonly setUp: Code;
  apply(x: Local): Code;
}

type Kind = Activation['kind'];
type Emitter<K extends Kind> = (
  f: FunctionBuilder,
  activation: Extract<Activation, { readonly kind: K }>,
) => EmittedActivation;

/** An activation that needs nothing before. */
const plain = (apply: (x: Local) => Code): EmittedActivation => ({ setUp: [], apply });

/** `then` where x < 0, else `otherwise`; NaN is not below 0. */
const whereNegative = (x: Local, then: Code, otherwise: Code): Code =>
  v128.bitselect(then, otherwise, f32x4.lt(get(x), f32x4.const(0)));

const emitClamp: Emitter<'clamp'> = (f, { min, max }) => {
  // A constant lives in one local that all uses share: a constant written at each use keeps V8 from joining vectors.
  const [low, high] = f.vectors(2) as [Local, Local];
  return {
    setUp: [
      min === -Infinity ? [] : set(low, f32x4.const(min)),
      max === Infinity ? [] : set(high, f32x4.const(max)),
    ],
    apply: (x) => {
      if (min === -Infinity && max === Infinity) return [];
      if (max === Infinity) return set(x, f32x4.pmax(get(x), get(low)));
      if (min === -Infinity) return set(x, f32x4.pmin(get(x), get(high)));
      return set(x, clampTo(get(x), get(low), get(high)));
    },
  };
};

/** `x · σ(w)` with `w = 2 · √(2/π) · (x + 0.044715 · x³)`, which is `x · (1 + tanh(w / 2)) / 2`. */
const emitGeluByTanh: Emitter<'gelu-tanh'> = (f) => {
  const factor = 2 * Math.sqrt(2 / Math.PI);
  const gate = f.local('v128');
  return plain((x) => [
    set(gate, f32x4.mul(f32x4.mul(get(x), get(x)), f32x4.const(0.044715 * factor))),
    set(gate, f32x4.mul(get(x), f32x4.add(get(gate), f32x4.const(factor)))),
    sigmoid(f, gate),
    set(x, f32x4.mul(get(x), get(gate))),
  ]);
};

const emitters: { readonly [K in Kind]: Emitter<K> } = {
  clamp: emitClamp,
  elu: (f, { alpha, scale }) => {
    const below = f.local('v128');
    return plain((x) => [
      set(below, get(x)),
      exponentialMinusOne(f, below),
      set(below, f32x4.mul(get(below), f32x4.const(scale * alpha))),
      set(x, whereNegative(x, get(below), scale === 1 ? get(x) : f32x4.mul(get(x), f32x4.const(scale)))),
    ]);
  },
  gelu: (f) => plain((x) => gelu(f, x)),
  'gelu-tanh': emitGeluByTanh,
  'hard-sigmoid': (_, { slope, offset }) => {
    const line = (x: Local): Code => f32x4.add(f32x4.mul(get(x), f32x4.const(slope)), f32x4.const(offset));
    return plain((x) => set(x, clampTo(line(x), f32x4.const(0), f32x4.const(1))));
  },
  'hard-swish': () => {
    const gate = (x: Local): Code =>
      clampTo(f32x4.add(get(x), f32x4.const(3)), f32x4.const(0), f32x4.const(6));
    return plain((x) => set(x, f32x4.div(f32x4.mul(get(x), gate(x)), f32x4.const(6))));
  },
  'leaky-relu': (_, { slope }) =>
    plain((x) => set(x, whereNegative(x, f32x4.mul(get(x), f32x4.const(slope)), get(x)))),
  sigmoid: (f) => plain((x) => sigmoid(f, x)),
  swish: (f) => {
    const gate = f.local('v128');
    return plain((x) => [set(gate, get(x)), sigmoid(f, gate), set(x, f32x4.mul(get(x), get(gate)))]);
  },
};

/** The code of one activation. */
export function emitActivation(f: FunctionBuilder, activation: Activation): EmittedActivation {
  // The table pairs kind and parameters by name, which the compiler cannot follow through a union.
  const emit = emitters[activation.kind] as Emitter<Kind>;
  return emit(f, activation);
}
