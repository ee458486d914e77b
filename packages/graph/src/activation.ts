/** @file Functions of one number as plain data, and what each of them gives. */
import { roundHalfEven } from '@sepconv/tensor';
import { erf, erfc } from './error-function.js';

/**
 * A function of one number: what a unary op with its attributes is, and what a kernel can do in its store. Several ops may be
 * one function: relu is a clamp.
 */
export type Activation =
  | { readonly kind: 'abs' }
  /** `min(max, max(min, x))` */
  | { readonly kind: 'clamp'; readonly min: number; readonly max: number }
  | { readonly kind: 'cos' }
  /** `scale · (x < 0 ? alpha · (eˣ − 1) : x)`: ELU with scale 1, and SELU. */
  | { readonly kind: 'elu'; readonly alpha: number; readonly scale: number }
  | { readonly kind: 'erf' }
  | { readonly kind: 'exp' }
  | { readonly kind: 'gelu' }
  | { readonly kind: 'gelu-tanh' }
  | { readonly kind: 'hard-sigmoid'; readonly slope: number; readonly offset: number }
  | { readonly kind: 'hard-swish' }
  | { readonly kind: 'leaky-relu'; readonly slope: number }
  | { readonly kind: 'log' }
  | { readonly kind: 'neg' }
  /** To an integer: the next one downwards, upwards or towards 0, or the nearest one, halves to the even. */
  | { readonly kind: 'round'; readonly to: 'floor' | 'ceil' | 'trunc' | 'nearest' }
  | { readonly kind: 'sigmoid' }
  | { readonly kind: 'sin' }
  | { readonly kind: 'softplus' }
  | { readonly kind: 'sqrt' }
  | { readonly kind: 'swish' }
  | { readonly kind: 'tanh' };

/** An activation of one kind. */
export type ActivationOfKind<Kind extends Activation['kind']> = Extract<Activation, { readonly kind: Kind }>;

type Values = {
  readonly [Kind in Activation['kind']]: (x: number, activation: ActivationOfKind<Kind>) => number;
};

const roundings = { floor: Math.floor, ceil: Math.ceil, trunc: Math.trunc, nearest: roundHalfEven };

/** In float64. `Math.min` and `Math.max` pass NaN on, and NaN is not below 0. */
const values: Values = {
  abs: Math.abs,
  clamp: (x, { min, max }) => Math.min(max, Math.max(min, x)),
  cos: Math.cos,
  // Math.expm1 keeps its digits near 0.
  elu: (x, { alpha, scale }) => scale * (x < 0 ? alpha * Math.expm1(x) : x),
  erf,
  exp: Math.exp,
  // `Φ(x) = erfc(−x / √2) / 2` keeps its digits where x is far below 0.
  gelu: (x) => (x * erfc(-x / Math.SQRT2)) / 2,
  // `(1 + tanh(y)) / 2 = 1 / (1 + e^(−2y))`
  'gelu-tanh': (x) => x / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  'hard-sigmoid': (x, { slope, offset }) => Math.min(1, Math.max(0, slope * x + offset)),
  // −∞ gives −∞ · 0 = NaN, as the formula says.
  'hard-swish': (x) => (x * Math.min(6, Math.max(0, x + 3))) / 6,
  'leaky-relu': (x, { slope }) => (x < 0 ? slope * x : x),
  log: Math.log,
  neg: (x) => -x,
  round: (x, { to }) => roundings[to](x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  sin: Math.sin,
  // As max(0, x) + log(1 + e^−|x|) it cannot overflow, and keeps its digits far below 0.
  softplus: (x) => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x))),
  sqrt: Math.sqrt,
  // −∞ gives −∞ / ∞ = NaN, as the formula says.
  swish: (x) => x / (1 + Math.exp(-x)),
  tanh: Math.tanh,
};

/**
 * The function itself, in float64: the definition of every unary op.
 *
 * @internal
 */
export function functionOf(activation: Activation): (x: number) => number {
  // The table pairs kind and numbers by name, which the compiler cannot follow through a union.
  const value = values[activation.kind] as (x: number, activation: Activation) => number;
  return (x) => value(x, activation);
}
