import { createTensor, elementCount, reshapeTensor, type Tensor } from '@sepconv/tensor';
import { refuse } from '../../errors.js';
import { transposeTensor } from '../../transpose.js';
import { type Constant, toTensor } from '../constant.js';
import type { NodeContext } from '../context.js';
import { channelsLast, naturalOrder, type Order, orderOf, regroup, shapeOf, type Value } from '../layout.js';
import { alignedShape, broadcastShape } from '../shapes.js';

type Op = 'add' | 'mul' | 'prelu';

/** The constant with `change` applied to each of its numbers. */
type Change = (value: number) => number;
const unchanged: Change = (value) => value;

function changed(constant: Constant, change: Change): Tensor<'float32'> {
  const tensor = toTensor(constant);
  return change === unchanged ? tensor : createTensor('float32', tensor.shape, tensor.data.map(change));
}

/** A value with a constant: one number needs no layout, more are brought into the value's. */
function withConstant(
  context: NodeContext,
  op: Op,
  value: Value,
  constant: Constant,
  constantName: string,
  change: Change,
): Value {
  const tensor = changed(constant, change);
  const seen = shapeOf(value);
  const shape = broadcastShape(seen, constant.shape);
  const keepsShape = shape.length === seen.length && elementCount(shape) === elementCount(seen);
  if (tensor.data.length === 1 && keepsShape) {
    const parameter = context.parameter(constantName, reshapeTensor(tensor, [1]), 'constant');
    return { ...value, name: context.emit(op, [value.name, parameter], {}) };
  }
  const { name, order } = context.ordered(context.widened(value, shape.length));
  const full = [...new Array<number>(shape.length - constant.shape.length).fill(1), ...constant.shape];
  // Dimensions of 1 in front do nothing: a per-channel constant of an image stays [C].
  const ordered = transposeTensor(reshapeTensor(tensor, full), order);
  const leading = ordered.shape.findIndex((dimension) => dimension !== 1);
  const parameter = context.parameter(
    constantName,
    reshapeTensor(ordered, leading <= 0 ? ordered.shape : ordered.shape.slice(leading)),
    'constant',
  );
  return context.result(context.emit(op, [name, parameter], {}), order);
}

/** Two values, in an order of the dimensions that both have. */
function withValue(context: NodeContext, op: Op, a: Value, b: Value, aligned: readonly number[]): Value {
  const shape = broadcastShape(shapeOf(a), aligned);
  const sameMemory =
    a.extents.join() === b.extents.join() && JSON.stringify(a.dimensions) === JSON.stringify(b.dimensions);
  if (sameMemory) {
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

function combine(context: NodeContext, op: Op, inputA: number, inputB: number, change: Change): Value {
  const a = context.input(inputA);
  const b = context.input(inputB);
  const aligned =
    inputA < inputB
      ? alignedShape(context, context.shape(inputA), context.shape(inputB))
      : context.shape(inputB);
  if (b.kind === 'constant') {
    const name = context.node.inputs[inputB] as string;
    return withConstant(context, op, context.value(inputA), { ...b, shape: aligned }, name, change);
  }
  if (a.kind === 'constant')
    return withConstant(context, op, b, a, context.node.inputs[inputA] as string, unchanged);
  return withValue(context, op, a, b, aligned);
}

/** Add. */
export const readAdd = (context: NodeContext): Value => combine(context, 'add', 0, 1, unchanged);

/** Mul. */
export const readMul = (context: NodeContext): Value => combine(context, 'mul', 0, 1, unchanged);

/** The value times one number. */
function times(context: NodeContext, value: Value, factor: number, suffix: string): Value {
  const tensor = createTensor('float32', [1], Float32Array.of(factor));
  const parameter = context.parameter(`${context.name}/${suffix}`, tensor, 'constant');
  return { ...value, name: context.helper('mul', [value.name, parameter], {}) };
}

/** Sub as `a + (−b)`, which rounds to the same numbers. */
export function readSub(context: NodeContext): Value {
  if (context.isConstant(1)) return combine(context, 'add', 0, 1, (value) => -value);
  const negated = times(context, context.value(1), -1, 'minus-one');
  const a = context.input(0);
  if (a.kind === 'constant') {
    return withConstant(context, 'add', negated, a, context.node.inputs[0] as string, unchanged);
  }
  return withValue(context, 'add', a, negated, shapeOf(negated));
}

/** Neg. */
export function readNeg(context: NodeContext): Value {
  const value = context.value(0);
  const tensor = createTensor('float32', [1], Float32Array.of(-1));
  const parameter = context.parameter(`${context.name}/minus-one`, tensor, 'constant');
  return { ...value, name: context.emit('mul', [value.name, parameter], {}) };
}

/** Div by a constant as a multiplication by its reciprocal, which rounds twice where a division rounds once. */
export function readDiv(context: NodeContext): Value {
  if (!context.isConstant(1)) refuse('divides by a number that the network computes, which is not supported');
  return combine(context, 'mul', 0, 1, (value) => 1 / value);
}

/** Sum of any number of inputs, from the left. */
export function readSum(context: NodeContext): Value {
  if (context.inputCount > 2) refuse(`adds ${context.inputCount} inputs; only two are supported`);
  return context.inputCount === 1 ? context.value(0) : readAdd(context);
}

/** The one number that a constant holds, and the position of the other input. */
function scalarBound(context: NodeContext): { bound: number; value: Value } {
  const at = context.isConstant(1) ? 1 : 0;
  const { data } = context.constant(at, 'one of the two inputs');
  if (context.inputCount !== 2 || data.length !== 1)
    refuse('compares with more than one number, which is not supported');
  return { bound: data[0] as number, value: context.value(1 - at) };
}

/** Max with one number: a clamp from below. */
export function readMax(context: NodeContext): Value {
  const { bound, value } = scalarBound(context);
  const name =
    bound === 0
      ? context.emit('relu', [value.name], {})
      : context.emit('clamp', [value.name], { min: bound });
  return { ...value, name };
}

/** Min with one number: a clamp from above. */
export function readMin(context: NodeContext): Value {
  const { bound, value } = scalarBound(context);
  return { ...value, name: context.emit('clamp', [value.name], { max: bound }) };
}

/** PRelu: slopes as NumPy aligns them; operator sets before 7 have one per channel instead. */
export function readPRelu(context: NodeContext): Value {
  const constant = context.constant(1, 'the slope');
  const rank = context.shape(0).length;
  const isPerChannel = context.opset < 7 && constant.shape.length === 1 && constant.data.length > 1;
  const shape = isPerChannel
    ? [...constant.shape, ...new Array<number>(Math.max(0, rank - 2)).fill(1)]
    : constant.shape;
  const name = context.node.inputs[1] as string;
  return withConstant(context, 'prelu', context.value(0), { ...constant, shape }, name, unchanged);
}
