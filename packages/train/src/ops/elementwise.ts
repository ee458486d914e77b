/** @file Value and derivative of ops on one number or on two; the value is in the op's contract, the slope is here. */
import {
  type Activation,
  type ActivationOfKind,
  activationOf,
  type BinaryOpName,
  contractOf,
  erfc,
  functionOf,
  type OpName,
} from '@sepconv/graph';
import { forEachPair } from './broadcast.js';
import { addSums, type Floats, type TrainingOp } from './training-op.js';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const normalDistribution = (x: number): number => erfc(-x / Math.SQRT2) / 2;
const normalDensity = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

/** The approximation is `x · σ(2y)` with `y = √(2/π) · (x + 0.044715 · x³)`. */
function slopeOfGeluByTanh(x: number): number {
  const s = sigmoid(2 * (Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
  return s + 2 * x * s * (1 - s) * (Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x));
}

/** The derivatives. At a kink either side's would do; at the bound of a clamp it is 0, as in TensorFlow. */
const slopes: {
  readonly [Kind in Activation['kind']]: (x: number, activation: ActivationOfKind<Kind>) => number;
} = {
  abs: Math.sign,
  clamp: (x, { min, max }) => (x > min && x < max ? 1 : 0),
  cos: (x) => -Math.sin(x),
  elu: (x, { alpha, scale }) => scale * (x < 0 ? alpha * Math.exp(x) : 1),
  erf: (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x),
  exp: Math.exp,
  gelu: (x) => normalDistribution(x) + x * normalDensity(x),
  'gelu-tanh': slopeOfGeluByTanh,
  'hard-sigmoid': (x, { slope, offset }) => (slope * x + offset > 0 && slope * x + offset < 1 ? slope : 0),
  'hard-swish': (x) => (x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6),
  'leaky-relu': (x, { slope }) => (x < 0 ? slope : 1),
  // None below 0, where the logarithm is NaN.
  log: (x) => (x < 0 ? 0 : 1 / x),
  neg: () => -1,
  // Level between its steps.
  round: () => 0,
  sigmoid: (x) => sigmoid(x) * sigmoid(-x),
  sin: Math.cos,
  softplus: sigmoid,
  // None below 0, where the root is NaN.
  sqrt: (x) => (x < 0 ? 0 : 0.5 / Math.sqrt(x)),
  swish: (x) => sigmoid(x) * (1 + x * sigmoid(-x)),
  tanh: (x) => 1 - Math.tanh(x) ** 2,
};

/** An op that maps each number by itself. */
function unaryOp(activation: Activation): TrainingOp<OpName> {
  const value = functionOf(activation);
  // The table pairs kind and numbers by name, which the compiler cannot follow through a union.
  const slope = slopes[activation.kind] as (x: number, activation: Activation) => number;
  return {
    forward: ({ inputs, output }) => {
      const [input] = inputs as readonly [Floats];
      for (let i = 0; i < output.length; i++) output[i] = value(input[i]!);
    },
    backward: ({ inputs, outputGradient, inputGradients }) => {
      const [input] = inputs as readonly [Floats];
      const [target] = inputGradients;
      if (target === undefined) return;
      for (let i = 0; i < target.length; i++) {
        target[i] = target[i]! + outputGradient[i]! * slope(input[i]!, activation);
      }
    },
  };
}

type Slope = (a: number, b: number) => number;

const power = contractOf('pow').combine as Slope;

/** The derivatives by either operand. */
const pairSlopes: { readonly [Name in BinaryOpName]: readonly [byA: Slope, byB: Slope] } = {
  add: [() => 1, () => 1],
  div: [(_, b) => 1 / b, (a, b) => -a / (b * b)],
  equal: [() => 0, () => 0],
  less: [() => 0, () => 0],
  mask: [(_, b) => (b === 0 ? 0 : 1), () => 0],
  // Of two equal operands the first one has it all.
  maximum: [(a, b) => (a >= b ? 1 : 0), (a, b) => (a >= b ? 0 : 1)],
  minimum: [(a, b) => (a <= b ? 1 : 0), (a, b) => (a <= b ? 0 : 1)],
  mul: [(_, b) => b, (a) => a],
  // A base that is not positive gives its exponent no slope.
  pow: [(a, b) => (b === 0 ? 0 : b * power(a, b - 1)), (a, b) => (a > 0 ? power(a, b) * Math.log(a) : 0)],
  prelu: [(x, slope) => (x < 0 ? slope : 1), (x) => Math.min(0, x)],
  sub: [() => 1, () => -1],
};

/** An op on two operands; what was stretched collects the gradients of all positions that it was stretched over. */
function binaryOp(value: Slope, [slopeA, slopeB]: readonly [Slope, Slope]): TrainingOp<OpName> {
  return {
    forward: (call) => {
      const [a, b] = call.inputs as readonly [Floats, Floats];
      forEachPair(call, (o, i, j) => (call.output[o] = value(a[i]!, b[j]!)));
    },
    backward: (call) => {
      const [a, b] = call.inputs as readonly [Floats, Floats];
      const { outputGradient, inputGradients } = call;
      addSums(inputGradients[0], (sums) => {
        forEachPair(call, (o, i, j) => (sums[i] = sums[i]! + outputGradient[o]! * slopeA(a[i]!, b[j]!)));
      });
      addSums(inputGradients[1], (sums) => {
        forEachPair(call, (o, i, j) => (sums[j] = sums[j]! + outputGradient[o]! * slopeB(a[i]!, b[j]!)));
      });
    },
  };
}

/** Value and derivative of a node whose contract says what it makes of each number, or of each two; `undefined` for others. */
export function elementwiseOp(node: {
  readonly op: OpName;
  readonly attributes: unknown;
}): TrainingOp<OpName> | undefined {
  const activation = activationOf(node);
  if (activation !== undefined) return unaryOp(activation);
  const { combine } = contractOf(node.op);
  return combine && binaryOp(combine, pairSlopes[node.op as BinaryOpName]);
}
