/** @file How far each function of one number may be off. A bound belongs to a function, not to the name of an op. */
import {
  type Activation,
  type ActivationOfKind,
  activationOf,
  functionOf,
  type OpName,
} from '@sepconv/graph';
import {
  eluUlp,
  erfUlp,
  expUlp,
  geluUlp,
  sigmoidUlp,
  softplusUlp,
  swishUlp,
  tanhUlp,
} from './exponential.ts';
import {
  boundTensor,
  type FloatTensor,
  inflation,
  smallestNormal,
  smallestSubnormal,
  ulp,
  unitRoundoff,
} from './floats.ts';
import type { BoundCall } from './types.ts';

/** One element. */
interface Element {
  readonly x: number;
  /** How far x may be off. */
  readonly e: number;
  /** The size of the result. */
  readonly y: number;
  /** The function. */
  value(x: number): number;
}

/**
 * A function that rises or falls: what it makes of `x ± ε` encloses what it makes of everything between. Exact for one input, and
 * zero where it saturates.
 */
function enclosed({ x, e, value }: Element, roundingAt: (reach: number) => number = () => 0): number {
  const [low, at, high] = [value(x - e), value(x), value(x + e)];
  const spread = e === 0 ? 0 : Math.max(Math.abs(high - at), Math.abs(low - at));
  return spread * inflation + roundingAt(Math.max(Math.abs(low), Math.abs(high)));
}

/** A function that is nowhere steeper than `steepest`, within `ulps` of its result, and `tiny` where that is next to nothing. */
function sloping({ e, y }: Element, steepest: number, ulps: number, tiny: number): number {
  return (steepest * e + ulps * ulp * (y + steepest * e)) * inflation + tiny;
}

/** Where e⁻ˣ overflows, a sigmoid may be 0 instead of something below the smallest normal number, and is multiplied by x. */
const underflow = ({ x, e }: Element): number => (Math.abs(x) + e + 1) * smallestNormal;

/** ELU and SELU are nowhere steeper than at one side of 0; ELU is exact from there on. */
function boundOfElu(element: Element, { alpha, scale }: ActivationOfKind<'elu'>): number {
  if (scale === 1 && element.x - element.e >= 0) return element.e;
  return sloping(element, Math.abs(scale) * Math.max(1, Math.abs(alpha)), eluUlp, smallestNormal);
}

/** Nowhere is GELU steeper: its slope is largest, 1.1290, at √2, and that of the approximation is nearly the same. */
const steepestGelu = 1.13;

/** The exact one errs in ulp of its argument: where the distribution is below the smallest normal number, it may be 0. */
function boundOfGelu(element: Element): number {
  const { x, e } = element;
  return (geluUlp * ulp * (Math.abs(x) + e) + steepestGelu * e) * inflation + underflow(element);
}

/**
 * The approximation is `x · σ(w)` with `w = 2y`. Its argument w is the sum and product of a few rounded numbers, at most 2 ulp off,
 * which changes σ(w) by the factor `1 ± (1 − σ(w)) · |w| · 2 · ulp`: far below 0, where the result is next to nothing, digits are
 * lost as w grows.
 */
function boundOfGeluByTanh(element: Element): number {
  const { x, e } = element;
  const farthest = Math.abs(x) + e;
  const w = 2 * Math.sqrt(2 / Math.PI) * (farthest + 0.044715 * farthest ** 3);
  const lost = x - e < 0 ? Math.min(w, 128) : w / (1 + Math.exp(Math.min(w, 128)));
  const ulps = swishUlp + (Number.isNaN(lost) ? 0 : 2 * lost);
  return sloping(element, steepestGelu, ulps, underflow(element));
}

/**
 * Five roundings of `slope · x + offset`: slope and offset become float32, the product and the sum are rounded, and the oracle
 * rounds its store.
 */
function boundOfHardSigmoid({ x, e }: Element, { slope, offset }: ActivationOfKind<'hard-sigmoid'>): number {
  const clamp = (value: number): number => Math.min(1, Math.max(0, value));
  const line = slope * x + offset;
  const magnitude = Math.abs(slope) * (Math.abs(x) + e) + Math.abs(offset);
  const radius = (Math.abs(slope) * e + 5 * unitRoundoff * magnitude) * inflation + smallestSubnormal;
  // Where the line is safely beyond 0 or 1, clamping leaves nothing of the error.
  return Math.max(clamp(line + radius) - clamp(line), clamp(line) - clamp(line - radius));
}

/** The steepest that `x · (x + 3) / 6` gets between `low` and `high`: its slope is `(2x + 3) / 6`, then 1. */
function steepestHardSwish(low: number, high: number): number {
  if (high <= -3) return 0;
  if (low >= 3) return 1;
  const slopeAt = (x: number): number => Math.abs(2 * Math.min(3, Math.max(-3, x)) + 3) / 6;
  return Math.max(slopeAt(low), slopeAt(high), high > 3 ? 1 : 0);
}

/**
 * Six roundings of the magnitude `|x| · min(6, |x| + 3) / 6` in any usual way to write it: `x · clamp(x + 3) · (1/6)` has the sum,
 * two products and the constant, `x · clamp(x · (1/6) + 0.5)` the constant, two products and the sum; and the oracle rounds its store.
 */
function boundOfHardSwish({ x, e }: Element): number {
  // Left of −3 the result is 0 in every way of writing it, once the sum cannot round back to above 0.
  if (x + e < -3.001) return 0;
  const reach = Math.abs(x) + e;
  const rounding = 6 * unitRoundoff * reach * (Math.min(6, reach + 3) / 6);
  return (rounding + steepestHardSwish(x - e, x + e) * e) * inflation + 2 * smallestSubnormal;
}

/** The slope becomes float32, the product is rounded, and the oracle rounds its store. */
function boundOfLeakyRelu({ x, e }: Element, { slope }: ActivationOfKind<'leaky-relu'>): number {
  // Nothing is rounded where even the implementation's number cannot be below 0.
  if (x - e >= 0) return e;
  const rounding = 3 * unitRoundoff * Math.abs(slope) * (Math.abs(x) + e);
  return (Math.max(1, Math.abs(slope)) * e + rounding) * inflation + 2 * smallestSubnormal;
}

/** Nowhere steeper than 1; reduced to a quarter turn in float64, an argument loses 2⁻⁵⁰ of itself; and both round. */
function boundOfSine(element: Element): number {
  return sloping(element, 1, 2, Math.abs(element.x) * 2 ** -50 + 2 * smallestSubnormal);
}

const bounds: {
  readonly [Kind in Activation['kind']]: (element: Element, activation: ActivationOfKind<Kind>) => number;
} = {
  abs: ({ e }) => e,
  // Rounding the bounds to float32 and clamping is the same as clamping and rounding.
  clamp: (element) => enclosed(element),
  cos: boundOfSine,
  elu: boundOfElu,
  // Nowhere steeper than at 0: 2 / √π.
  erf: (element) => sloping(element, 1.1284, erfUlp, 2 * smallestSubnormal),
  // An implementation may give 0 below the smallest normal number.
  exp: (element) => enclosed(element, (reach) => expUlp * ulp * reach + smallestNormal),
  gelu: boundOfGelu,
  'gelu-tanh': boundOfGeluByTanh,
  'hard-sigmoid': boundOfHardSigmoid,
  'hard-swish': boundOfHardSwish,
  'leaky-relu': boundOfLeakyRelu,
  // Rounded once from float64, as the oracle; an erring argument that may not be positive says nothing.
  log: (element) => {
    if (element.e > 0 && !(element.x - element.e > 0)) return Infinity;
    return enclosed(element, (reach) => 2 * ulp * reach);
  },
  neg: ({ e }) => e,
  // Exact; an erring argument may be on the other side of a step.
  round: (element) => enclosed(element),
  // Far below 0 the true result of these two is below the smallest normal number, and may be 0.
  sigmoid: (element) => enclosed(element, (reach) => sigmoidUlp * ulp * reach + smallestNormal),
  softplus: (element) => enclosed(element, (reach) => softplusUlp * ulp * reach + smallestNormal),
  sin: boundOfSine,
  // Correctly rounded, so exact on equal inputs; otherwise both roots are rounded.
  sqrt: (element) => {
    const value = (x: number): number => Math.sqrt(Math.max(0, x));
    return element.e === 0 ? 0 : enclosed({ ...element, value }, (reach) => 2 * unitRoundoff * reach);
  },
  // Nowhere steeper than at 2.3994: 1.0998.
  swish: (element) => sloping(element, 1.1, swishUlp, underflow(element)),
  tanh: (element) => enclosed(element, (reach) => tanhUlp * ulp * reach + 2 * smallestSubnormal),
};

/** The bound of any op that maps each number by itself. */
export function unaryBound({ node, inputs, errors, output }: BoundCall<OpName>): FloatTensor {
  const activation = activationOf(node) as Activation;
  const value = functionOf(activation);
  // The table pairs kind and numbers by name, which the compiler cannot follow through a union.
  const bound = bounds[activation.kind] as (element: Element, activation: Activation) => number;
  const [input, error] = [inputs[0] as FloatTensor, errors[0] as FloatTensor];
  return boundTensor(output.shape, (index) => {
    const [x, e, y] = [input.data[index]!, error.data[index]!, Math.abs(output.data[index]!)];
    return bound({ x, e, y, value }, activation);
  });
}
