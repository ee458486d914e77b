import { elementCount, filled, reshapeTensor, type Tensor } from '@sepconv/tensor';
import { broadcastShape } from '../../fold/known.js';
import { emitLeakyRelu } from '../../recognize-leaky-relu.js';
import type { Constant } from '../constant.js';
import type { NodeContext } from '../context.js';
import {
  channelsLast,
  naturalOrder,
  type Order,
  orderOf,
  regroup,
  shapeOf,
  type Value,
  withLeadingOnes,
} from '../layout.js';
import { alignedShape } from '../shapes.js';
import { readExtremeOfAll } from './composing.js';

type Op = 'add' | 'div' | 'mul' | 'pow' | 'prelu' | 'sub';

/** What is done to each of a constant's numbers, and how that is called; `undefined` where nothing is. */
type Change = readonly [how: string, of: (value: number) => number] | undefined;

function changed(context: NodeContext, constant: Constant, change: Change): Tensor<'float32'> {
  const { decoded } = context.state;
  const tensor = decoded.tensor(constant);
  return change === undefined ? tensor : decoded.map(tensor, ...change);
}

/** A constant among the two inputs of an op. */
interface ConstantInput {
  readonly constant: Constant;
  readonly name: string;
  readonly change: Change;
  /** Whether it is the first input. */
  readonly isFirst: boolean;
}

/** A value with a constant: one number needs no layout, more are brought into the value's. */
function withConstant(
  context: NodeContext,
  op: Op,
  value: Value,
  { constant, name: constantName, change, isFirst }: ConstantInput,
): Value {
  const inOrder = (a: string, b: string): readonly string[] => (isFirst ? [b, a] : [a, b]);
  const tensor = changed(context, constant, change);
  const seen = shapeOf(value);
  const shape = broadcastShape(seen, constant.shape);
  const keepsShape = shape.length === seen.length && elementCount(shape) === elementCount(seen);
  if (tensor.data.length === 1 && keepsShape) {
    const parameter = context.parameter(constantName, reshapeTensor(tensor, [1]), 'constant');
    return { ...value, name: context.emit(op, inOrder(value.name, parameter), {}) };
  }
  const { name, order } = context.ordered(context.widened(value, shape.length));
  const full = withLeadingOnes(constant.shape, shape.length);
  // Dimensions of 1 in front do nothing: a per-channel constant of an image stays [C].
  const ordered = context.transposed(reshapeTensor(tensor, full), order);
  const leading = ordered.shape.findIndex((dimension) => dimension !== 1);
  const parameter = context.parameter(
    constantName,
    reshapeTensor(ordered, leading <= 0 ? ordered.shape : ordered.shape.slice(leading)),
    'constant',
  );
  return context.result(context.emit(op, inOrder(name, parameter), {}), order);
}

/** Whether the elements of two values lie in memory alike. */
const isSameLayout = (a: Value, b: Value): boolean =>
  a.extents.join() === b.extents.join() && JSON.stringify(a.dimensions) === JSON.stringify(b.dimensions);

/** Two values, in an order of the dimensions that both have. */
function withValue(context: NodeContext, op: Op, a: Value, b: Value, aligned: readonly number[]): Value {
  const shape = broadcastShape(shapeOf(a), aligned);
  if (isSameLayout(a, b)) {
    const second = context.reshaped(b.name, context.graphShape(a.name));
    return { ...a, name: context.emit(op, [a.name, second], {}) };
  }
  const wideA = context.widened(a, shape.length);
  const wideB = context.widened(regroup(b, aligned) ?? b, shape.length);
  const candidates: (Order | undefined)[] = [
    orderOf(wideA),
    orderOf(wideB),
    channelsLast(shape.length),
    naturalOrder(shape.length),
  ];
  for (const order of candidates) {
    const first = order && context.tryOrder(wideA, order);
    const second = order && first && context.tryOrder(wideB, order);
    if (order && first && second) return context.result(context.emit(op, [first, second], {}), order);
  }
  const { name, order } = context.ordered(wideA);
  return context.result(context.emit(op, [name, context.inOrder(wideB, order)], {}), order);
}

/** The op on both inputs; where the second is a constant, by `constantOp` on its numbers with `change` applied. */
function combine(
  context: NodeContext,
  op: Op,
  { op: constantOp, change }: { readonly op: Op; readonly change: Change } = { op, change: undefined },
): Value {
  const [a, b] = [context.input(0), context.input(1)];
  const [nameA = '', nameB = ''] = context.node.inputs;
  const aligned = alignedShape(context, context.shape(0), context.shape(1));
  if (b.kind === 'constant') {
    const constant = { ...b, shape: aligned };
    return withConstant(context, constantOp, context.value(0), {
      constant,
      name: nameB,
      change,
      isFirst: false,
    });
  }
  if (a.kind === 'constant') {
    return withConstant(context, op, b, { constant: a, name: nameA, change: undefined, isFirst: true });
  }
  return withValue(context, op, a, b, aligned);
}

/** Add. */
export const readAdd = (context: NodeContext): Value => combine(context, 'add');

/** Mul. */
export const readMul = (context: NodeContext): Value => combine(context, 'mul');

/** Sub; a constant is subtracted as `a + (−b)`, which rounds to the same numbers and may become a layer's bias. */
export const readSub = (context: NodeContext): Value =>
  combine(context, 'sub', { op: 'add', change: ['negated', (value) => -value] });

/** Div; by a constant as a multiplication by its reciprocal, which rounds twice where a division rounds once. */
export const readDiv = (context: NodeContext): Value =>
  combine(context, 'div', { op: 'mul', change: ['reciprocal', (value) => 1 / value] });

/** Pow. */
export const readPow = (context: NodeContext): Value => combine(context, 'pow');

/** A parameter that holds one number. */
export const numberParameter = (context: NodeContext, number: number): string =>
  context.parameter(`${context.name}/number`, filled('float32', [1], number), 'constant');

/** An op of the value and one number. */
export function withNumber(
  context: NodeContext,
  op: 'add' | 'mul' | 'div',
  value: Value,
  { number, isFirst = false }: { readonly number: number; readonly isFirst?: boolean },
): Value {
  const parameter = numberParameter(context, number);
  const inputs = isFirst ? [parameter, value.name] : [value.name, parameter];
  return { ...value, name: context.emit(op, inputs, {}) };
}

/** Reciprocal. */
export const readReciprocal = (context: NodeContext): Value =>
  withNumber(context, 'div', context.value(0), { number: 1, isFirst: true });

/** The one number that all elements of a constant are, and the other input. */
function scalarBound(context: NodeContext): { bound: number; value: Value } | undefined {
  const at = context.isConstant(1) ? 1 : 0;
  if (context.inputCount !== 2 || !context.isConstant(at) || context.isConstant(1 - at)) return undefined;
  const { data, shape } = context.constant(at, 'one of the two inputs');
  const own = context.shape(1 - at);
  const before = own.length - shape.length;
  // A constant that is larger than the value would repeat it.
  const fits = before >= 0 && shape.every((size, axis) => size === 1 || size === own[before + axis]);
  const bound = data[0];
  // An infinite bound is no clamp's: it is compared with as any constant.
  return bound !== undefined && Number.isFinite(bound) && fits && data.every((number) => number === bound)
    ? { bound, value: context.value(1 - at) }
    : undefined;
}

/** A leaky ReLU that is spelled out, if the network computes both inputs. */
function leakyRelu(context: NodeContext, side: 'max' | 'min'): Value | undefined {
  if (context.inputCount !== 2) return undefined;
  const [a, b] = [context.input(0), context.input(1)];
  if (a.kind === 'constant' || b.kind === 'constant' || !isSameLayout(a, b)) return undefined;
  const name = emitLeakyRelu<string>(context.state, side, [a.name, b.name], context.emit.bind(context));
  return name === undefined ? undefined : { ...a, name };
}

/** Max of any number of inputs; with one number a clamp from below, with a part of the other input a leaky ReLU. */
export function readMax(context: NodeContext): Value {
  const leaky = leakyRelu(context, 'max');
  if (leaky !== undefined) return leaky;
  const found = scalarBound(context);
  if (found === undefined) return readExtremeOfAll('maximum')(context);
  const { bound, value } = found;
  const name =
    bound === 0
      ? context.emit('relu', [value.name], {})
      : context.emit('clamp', [value.name], { min: bound });
  return { ...value, name };
}

/** Min of any number of inputs; with one number a clamp from above, with a multiple of the other input a leaky ReLU. */
export function readMin(context: NodeContext): Value {
  const leaky = leakyRelu(context, 'min');
  if (leaky !== undefined) return leaky;
  const found = scalarBound(context);
  if (found === undefined) return readExtremeOfAll('minimum')(context);
  return { ...found.value, name: context.emit('clamp', [found.value.name], { max: found.bound }) };
}

/** PRelu: slopes as NumPy aligns them; operator sets before 7 have one per channel instead. */
export function readPRelu(context: NodeContext): Value {
  const found = context.input(1);
  if (found.kind === 'value') return combine(context, 'prelu');
  const constant = found;
  const rank = context.shape(0).length;
  const isPerChannel = context.opset < 7 && constant.shape.length === 1 && constant.data.length > 1;
  const shape = isPerChannel
    ? [...constant.shape, ...new Array<number>(Math.max(0, rank - 2)).fill(1)]
    : constant.shape;
  const name = context.node.inputs[1] as string;
  return withConstant(context, 'prelu', context.value(0), {
    constant: { ...constant, shape },
    name,
    change: undefined,
    isFirst: false,
  });
}
