/** @file How functions of one number and of two are written. */
import type { BinaryOpName, NodeOf, OpName, UnaryOpName } from '@sepconv/graph';
import { refuse } from '../../errors.js';
import type { WrittenOptions } from './encode.js';
import type { TfliteWriter, WrittenType } from './graph-writer.js';
import { activated, float32, inputOf, int8, type OpWriter, options, type Target } from './op-writer.js';

/** Real numbers in the shape of an operator's result, in front of it. */
class Steps {
  readonly #writer: TfliteWriter;
  readonly #target: Target;
  #count = 0;

  constructor(writer: TfliteWriter, target: Target) {
    this.#writer = writer;
    this.#target = target;
  }

  number(value: number): number {
    return this.#writer.number(value, `${this.#target.name}/number`);
  }

  /** Appends an operator whose result has the output's shape. */
  add(name: string, inputs: readonly number[], type: WrittenType = 'float32', said?: WrittenOptions): number {
    const { shape } = this.#writer.tensorType(this.#target.output);
    const stem = `${this.#target.name}/${name.toLowerCase()}${this.#count++ || ''}`;
    return this.#writer.helperOperator(name, inputs, { stem, type, shape }, said);
  }

  /** Appends the last operator. */
  last(name: string, inputs: readonly number[], said?: WrittenOptions): void {
    this.#writer.operator(name, inputs, [this.#target.output], said);
  }
}

/** A function of one number as operators on its input. */
const onOne =
  <Name extends OpName>(
    write: (steps: Steps, input: number, node: NodeOf<Name>, target: Target) => void,
  ): OpWriter<Name> =>
  (writer, node, target) =>
    write(new Steps(writer, target), writer.value(inputOf(node, 0)), node, target);

/** An operator that is the op. */
const plain = <Name extends OpName>(name: string, said?: WrittenOptions): OpWriter<Name> =>
  onOne((steps, input) => steps.last(name, [input], said));

/** `min(max, max(min, x))` by the operators that clamp to what they are called after, or by two bounds. */
function writeClamp(steps: Steps, input: number, min: number | undefined, max: number | undefined): void {
  const known: Readonly<Record<string, string>> = {
    '0 ': 'RELU',
    '0 6': 'RELU6',
    '-1 1': 'RELU_N1_TO_1',
  };
  const name = known[`${min} ${max ?? ''}`];
  if (name !== undefined) {
    steps.last(name, [input]);
  } else if (max === undefined) {
    // Without bounds it is the number itself.
    steps.last('MAXIMUM', [input, steps.number(min ?? Number.NEGATIVE_INFINITY)]);
  } else {
    const above = min === undefined ? input : steps.add('MAXIMUM', [input, steps.number(min)]);
    steps.last('MINIMUM', [above, steps.number(max)]);
  }
}

/** `scale · (x < 0 ? alpha · (eˣ − 1) : x)`; TFLite's ELU is that of 1 and 1. */
function writeElu(steps: Steps, input: number, alpha: number, scale: number): void {
  if (alpha === 1 && scale === 1) {
    steps.last('ELU', [input]);
    return;
  }
  const above = steps.add('RELU', [input]);
  const scaled = scale === 1 ? above : steps.add('MUL', [above, steps.number(scale)], 'float32', options(21));
  const below = steps.add('ELU', [steps.add('MINIMUM', [input, steps.number(0)])]);
  const bent = steps.add('MUL', [below, steps.number(scale * alpha)], 'float32', options(21));
  steps.last('ADD', [scaled, bent], options(11));
}

const relu6 = int8(0, 3);
const relu = int8(0, 1);

/** As converters write the one of MobileNetV3, `relu6(x + 3) / 6`, and others by their slope and offset. */
const writeHardSigmoid = onOne<'hard-sigmoid'>((steps, input, { attributes: { slope, offset } }) => {
  if (Math.abs(6 * slope - 1) < 1e-6 && offset === 0.5) {
    const clamped = steps.add('ADD', [input, steps.number(3)], 'float32', options(11, relu6));
    return steps.last('MUL', [clamped, steps.number(slope)], options(21));
  }
  const sloped = steps.add('MUL', [input, steps.number(slope)], 'float32', options(21));
  const above = steps.add('ADD', [sloped, steps.number(offset)], 'float32', options(11, relu));
  steps.last('MINIMUM', [above, steps.number(1)]);
});

/** `max(0, x) + log(1 + e^−|x|)`, which cannot overflow. */
const writeSoftplus = onOne<'softplus'>((steps, input) => {
  const power = steps.add('EXP', [steps.add('NEG', [steps.add('ABS', [input])])]);
  const log = steps.add('LOG', [steps.add('ADD', [power, steps.number(1)], 'float32', options(11))]);
  steps.last('ADD', [steps.add('RELU', [input]), log], options(11));
});

/** What is below 0 rounded up, and what is above it rounded down. */
const writeTrunc = onOne<'trunc'>((steps, input) => {
  const below = steps.add('CEIL', [steps.add('MINIMUM', [input, steps.number(0)])]);
  const above = steps.add('FLOOR', [steps.add('RELU', [input])]);
  steps.last('ADD', [below, above], options(11));
});

/** All but erf, which TFLite has only inside GELU. */
export const unaryWriters: { readonly [Name in UnaryOpName]?: OpWriter<Name> } = {
  abs: plain('ABS'),
  ceil: plain('CEIL'),
  clamp: onOne((steps, input, { attributes: { min, max } }) => writeClamp(steps, input, min, max)),
  cos: plain('COS'),
  elu: onOne((steps, input, { attributes: { alpha } }) => writeElu(steps, input, alpha, 1)),
  exp: plain('EXP'),
  floor: plain('FLOOR'),
  gelu: onOne((steps, input, { attributes: { approximate } }) =>
    steps.last('GELU', [input], options(116, int8(0, approximate === 'tanh' ? 1 : 0))),
  ),
  'hard-sigmoid': writeHardSigmoid,
  'hard-swish': plain('HARD_SWISH'),
  'leaky-relu': onOne((steps, input, { attributes: { slope } }) =>
    steps.last('LEAKY_RELU', [input], options(75, float32(0, slope))),
  ),
  log: plain('LOG'),
  neg: plain('NEG'),
  relu: plain('RELU'),
  relu6: plain('RELU6'),
  round: plain('ROUND'),
  selu: onOne((steps, input, { attributes: { alpha, scale } }) => writeElu(steps, input, alpha, scale)),
  sigmoid: plain('LOGISTIC'),
  sin: plain('SIN'),
  softplus: writeSoftplus,
  sqrt: plain('SQRT'),
  swish: onOne((steps, input) => steps.last('MUL', [input, steps.add('LOGISTIC', [input])], options(21))),
  tanh: plain('TANH'),
  trunc: writeTrunc,
};

type OnTwo = (steps: Steps, operands: readonly [a: number, b: number], target: Target) => void;

const onTwo =
  <Name extends OpName>(write: OnTwo): OpWriter<Name> =>
  (writer, node, target) => {
    const rank = writer.tensorType(target.output).shape.length;
    if (rank > 6) refuse(`has ${rank} dimensions, but TFLite's operators on two values take at most 6`);
    const [a, b] = [writer.value(inputOf(node, 0)), writer.value(inputOf(node, 1))];
    write(new Steps(writer, target), [a, b], target);
  };

/** An operator that is the op, with a fused activation where its options have one. */
const same = (name: string, kind: number, fuses = false) =>
  onTwo((steps, operands, target) =>
    steps.last(name, operands, fuses ? activated(kind, target) : options(kind)),
  );

/** A comparison, whose truth becomes 1 or 0. */
const comparison = (name: string, kind: number) =>
  onTwo((steps, operands) =>
    steps.last('CAST', [steps.add(name, operands, 'bool', options(kind))], options(37)),
  );

/** All ops on two numbers. */
export const binaryWriters: { readonly [Name in BinaryOpName]: OpWriter<Name> } = {
  add: same('ADD', 11, true),
  div: same('DIV', 29, true),
  equal: comparison('EQUAL', 53),
  less: comparison('LESS', 41),
  mask: (writer, node, target) => {
    const [value, mask] = [writer.value(inputOf(node, 0)), writer.value(inputOf(node, 1))];
    const zero = writer.number(0, `${target.name}/zero`);
    const { shape } = writer.tensorType(mask);
    const condition = { stem: `${target.name}/condition`, type: 'bool', shape } as const;
    const holds = writer.helperOperator('NOT_EQUAL', [mask, zero], condition, options(54));
    writer.operator('SELECT_V2', [holds, value, zero], [target.output], options(98));
  },
  maximum: same('MAXIMUM', 39),
  minimum: same('MINIMUM', 39),
  mul: same('MUL', 21, true),
  pow: same('POW', 56),
  prelu: same('PRELU', 0),
  sub: same('SUB', 28, true),
};
