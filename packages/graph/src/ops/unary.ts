/** @file Every op that maps each number by itself, and the function that it is; all are of one shape and refuse integers. */
import type { Activation, ActivationOfKind } from '../activation.js';
import type { InferenceContext, OpContract, OpKind } from './contract.js';
import { expectFinite, fail, inputAt, likeInput } from './contract.js';

/** The attributes of an op that has none. */
export type NoAttributes = Readonly<Record<string, never>>;

/** The contract of a unary op. */
export interface UnaryContract<Attributes> extends OpContract<Attributes> {
  activation(attributes: Attributes): Activation;
}

/** `check` validates the attributes, where there are any. */
function unary<Attributes extends object>(
  name: string,
  activation: (attributes: Attributes) => Activation,
  check: (context: InferenceContext<Attributes>) => void = () => undefined,
  kind: OpKind = 'activation',
): UnaryContract<Attributes> {
  return {
    name,
    kind,
    inputs: [{ name: 'input' }],
    activation,
    infer: (context) => {
      check(context);
      const input = inputAt(context, 0);
      return [likeInput(input, input.shape)];
    },
  };
}

/** The kinds of activations that have no number of their own. */
type PlainKind = {
  [Kind in Activation['kind']]: { kind: Kind } extends Activation ? Kind : never;
}[Activation['kind']];

/** An op without attributes, which gives its name to the function. */
function plain(name: PlainKind, kind?: OpKind): UnaryContract<NoAttributes> {
  return unary(name, () => ({ kind: name }), undefined, kind);
}

/** Finite bounds of a clamp; an absent one does not bind. */
export interface ClampAttributes {
  readonly min?: number;
  readonly max?: number;
}

/** Attributes of ELU. */
export interface EluAttributes {
  /** What the result approaches far below 0, negated; usually 1. Finite. */
  readonly alpha: number;
}

/** Attributes of GELU. */
export interface GeluAttributes {
  /** `'none'` is the definition; `'tanh'` the approximation by which some networks were trained. ONNX's two names. */
  readonly approximate: 'none' | 'tanh';
}

/** Attributes of the hard sigmoid. MobileNetV3 uses 1/6 and 0.5; ONNX's default slope is 0.2. */
export interface HardSigmoidAttributes {
  readonly slope: number;
  readonly offset: number;
}

/** Attributes of the leaky ReLU. PyTorch's and ONNX's default slope is 0.01; Darknet uses 0.1. */
export interface LeakyReluAttributes {
  /** What a negative number is multiplied by; finite. */
  readonly slope: number;
}

/** Attributes of SELU. The paper's are 1.6732632423543772 and 1.0507009873554805, which keep mean 0 and variance 1. */
export interface SeluAttributes {
  /** What the unscaled result approaches far below 0, negated. Finite. */
  readonly alpha: number;
  /** Multiplies everything; ONNX calls it gamma. Finite. */
  readonly scale: number;
}

/** An op that rounds to integers. */
function rounding(name: string, to: ActivationOfKind<'round'>['to']): UnaryContract<NoAttributes> {
  return unary(name, () => ({ kind: 'round', to }), undefined, 'elementwise');
}

/** All unary ops by name. NaN stays NaN in each. */
export const unaryOps = {
  /** `|x|` */
  abs: plain('abs', 'elementwise'),
  /** `⌈x⌉`, the least integer that is not below x. */
  ceil: rounding('ceil', 'ceil'),
  /** `min(max, max(min, x))` */
  clamp: unary<ClampAttributes>(
    'clamp',
    ({ min = -Infinity, max = Infinity }) => ({ kind: 'clamp', min, max }),
    (context) => {
      const { min, max } = context.attributes;
      if (min !== undefined) expectFinite(context, 'min', min);
      if (max !== undefined) expectFinite(context, 'max', max);
      if (min !== undefined && max !== undefined && min > max)
        fail(context, `min must not be above max, but they are ${min} and ${max}`);
    },
  ),
  /** `cos x`, x in radians; of an infinity NaN. */
  cos: plain('cos', 'elementwise'),
  /** `x < 0 ? alpha · (eˣ − 1) : x`. Source: Clevert et al. 2016, arXiv:1511.07289. */
  elu: unary<EluAttributes>(
    'elu',
    ({ alpha }) => ({ kind: 'elu', alpha, scale: 1 }),
    (context) => expectFinite(context, 'alpha', context.attributes.alpha),
  ),
  /** `erf(x) = 2/√π · ∫₀ˣ e^(−t²) dt`, of which GELU is made. */
  erf: plain('erf'),
  /** `eˣ` */
  exp: plain('exp', 'elementwise'),
  /** `⌊x⌋`, the largest integer that is not above x. */
  floor: rounding('floor', 'floor'),
  /**
   * `x · Φ(x)` with the normal distribution `Φ(x) = (1 + erf(x / √2)) / 2`; or, approximated by tanh,
   * `x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))) / 2`. −∞ gives NaN. Source: Hendrycks and Gimpel 2016, arXiv:1606.08415.
   */
  gelu: unary<GeluAttributes>(
    'gelu',
    ({ approximate }) => ({ kind: approximate === 'none' ? 'gelu' : 'gelu-tanh' }),
    (context) => {
      const { approximate } = context.attributes;
      if (approximate !== 'none' && approximate !== 'tanh')
        fail(context, `approximate must be "none" or "tanh", not ${JSON.stringify(approximate)}`);
    },
  ),
  /** `min(1, max(0, slope · x + offset))` */
  'hard-sigmoid': unary<HardSigmoidAttributes>(
    'hard-sigmoid',
    ({ slope, offset }) => ({ kind: 'hard-sigmoid', slope, offset }),
    (context) => {
      expectFinite(context, 'the slope', context.attributes.slope);
      expectFinite(context, 'the offset', context.attributes.offset);
    },
  ),
  /** `x · min(6, max(0, x + 3)) / 6`; −∞ gives NaN. Source: Howard et al. 2019, arXiv:1905.02244. */
  'hard-swish': plain('hard-swish'),
  /** `x < 0 ? slope · x : x`. Source: Maas, Hannun and Ng 2013. */
  'leaky-relu': unary<LeakyReluAttributes>(
    'leaky-relu',
    ({ slope }) => ({ kind: 'leaky-relu', slope }),
    (context) => expectFinite(context, 'the slope', context.attributes.slope),
  ),
  /** The natural logarithm of x; −∞ of 0, and NaN below. */
  log: plain('log', 'elementwise'),
  /** `−x` */
  neg: plain('neg', 'elementwise'),
  /** `max(0, x)` */
  relu: unary<NoAttributes>('relu', () => ({ kind: 'clamp', min: 0, max: Infinity })),
  /** `min(6, max(0, x))`. Source: Howard et al. 2017, arXiv:1704.04861. */
  relu6: unary<NoAttributes>('relu6', () => ({ kind: 'clamp', min: 0, max: 6 })),
  /** The nearest integer, halves to the even one. */
  round: rounding('round', 'nearest'),
  /** `scale · (x < 0 ? alpha · (eˣ − 1) : x)`. Source: Klambauer et al. 2017, arXiv:1706.02515. */
  selu: unary<SeluAttributes>(
    'selu',
    ({ alpha, scale }) => ({ kind: 'elu', alpha, scale }),
    (context) => {
      expectFinite(context, 'alpha', context.attributes.alpha);
      expectFinite(context, 'the scale', context.attributes.scale);
    },
  ),
  /** `1 / (1 + e⁻ˣ)` */
  sigmoid: plain('sigmoid'),
  /** `sin x`, x in radians; of an infinity NaN. */
  sin: plain('sin', 'elementwise'),
  /** `log(1 + eˣ)`, of which Mish is made: `x · tanh(softplus(x))`. Source: Dugas et al. 2000. */
  softplus: plain('softplus'),
  /** `√x`; NaN below 0. */
  sqrt: plain('sqrt', 'elementwise'),
  /** `x / (1 + e⁻ˣ)`, also called SiLU; −∞ gives NaN. Source: Ramachandran et al. 2017, arXiv:1710.05941. */
  swish: plain('swish'),
  /** `tanh(x) = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)` */
  tanh: plain('tanh'),
  /** The integer part of x. */
  trunc: rounding('trunc', 'trunc'),
} as const;
