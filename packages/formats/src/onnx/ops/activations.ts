import { createTensor, elementCount, storedRange, type Tensor, zeros } from '@sepconv/tensor';
import { isByteType } from '../../byte-type.js';
import { refuse } from '../../errors.js';
import type { NodeContext } from '../context.js';
import { shapeOf, type Value } from '../layout.js';
import { plainOps } from '../plain-ops.js';

/** Readers of ops that map each element by themselves, wherever it lies. */
export const plainReaders = Object.fromEntries(
  Object.entries(plainOps).map(([name, op]) => [
    name,
    (context: NodeContext): Value => {
      const value = context.value(0);
      return { ...value, name: context.emit(op, [value.name], {}) };
    },
  ]),
);

/** Elu. */
export function readElu(context: NodeContext): Value {
  const value = context.value(0);
  const alpha = context.floatAttribute('alpha', 1);
  return { ...value, name: context.emit('elu', [value.name], { alpha }) };
}

/** Gelu, exact or approximated by tanh. */
export function readGelu(context: NodeContext): Value {
  const value = context.value(0);
  const approximate = context.stringAttribute('approximate', 'none');
  if (approximate !== 'none' && approximate !== 'tanh') {
    refuse(
      `approximates by ${JSON.stringify(approximate.slice(0, 40))}; only "none" and "tanh" are supported`,
    );
  }
  return { ...value, name: context.emit('gelu', [value.name], { approximate }) };
}

/** LeakyRelu. */
export function readLeakyRelu(context: NodeContext): Value {
  const value = context.value(0);
  const slope = context.floatAttribute('alpha', Math.fround(0.01));
  return { ...value, name: context.emit('leaky-relu', [value.name], { slope }) };
}

/** Selu; the numbers are the paper's, of which operator sets before 6 know four digits. */
export function readSelu(context: NodeContext): Value {
  const value = context.value(0);
  const isOld = context.opset < 6;
  const alpha = context.floatAttribute('alpha', Math.fround(isOld ? 1.6732 : 1.6732632423543772));
  const scale = context.floatAttribute('gamma', Math.fround(isOld ? 1.0507 : 1.0507009873554805));
  return { ...value, name: context.emit('selu', [value.name], { alpha, scale }) };
}

/** HardSigmoid; ONNX's slope is 0.2 where the file says nothing. */
export function readHardSigmoid(context: NodeContext): Value {
  const value = context.value(0);
  const slope = context.floatAttribute('alpha', Math.fround(0.2));
  const offset = context.floatAttribute('beta', 0.5);
  return { ...value, name: context.emit('hard-sigmoid', [value.name], { slope, offset }) };
}

/** A bound of Clip: an attribute before operator set 11, an input since. */
function bound(context: NodeContext, name: 'min' | 'max', input: number): number | undefined {
  if (context.opset < 11) return context.attribute(name)?.float;
  if (!context.has(input)) return undefined;
  const { data } = context.constant(input, `the bound ${name}`);
  if (data.length !== 1) refuse(`the bound ${name} must be one number, but has ${data.length}`);
  return data[0];
}

/** Clip of bytes, whatever they stand for: a table of all that they can be. */
function clipBytes(context: NodeContext, value: Value, min = -Infinity, max = Infinity): Value {
  const { dtype, quantization } = context.state.builder.typeOf(value.name);
  if (!isByteType(dtype)) refuse(`clips ${dtype}; real numbers, int8 and uint8 are supported`);
  if (quantization?.axis !== undefined) refuse('clips integers with a scale for each channel');
  const { min: least } = storedRange(dtype);
  const table = zeros(dtype, [256]);
  table.data.forEach((_, i) => {
    table.data[i] = Math.min(max, Math.max(min, least + i));
  });
  const stored = createTensor(dtype, table.shape, table.data as never, quantization) as Tensor;
  const name = context.parameter(`${value.name}/clipped`, stored, 'constant');
  return { ...value, name: context.emit('lookup', [value.name, name], {}) };
}

/** Clip by bounds of which the network computes one at least; each is a single number. */
function clipByComputed(context: NodeContext, value: Value): Value {
  if (context.integerTypeOf(value) !== undefined) refuse('clips integers by computed bounds');
  const bounded = (name: string, input: number, op: 'maximum' | 'minimum', isLast: boolean): string => {
    const limit = context.value(input);
    if (elementCount(context.graphShape(limit.name)) !== 1)
      refuse(`the bound of input ${input} must be one number`);
    const single = context.helper('reshape', [limit.name], { shape: [1] });
    return isLast ? context.emit(op, [name, single], {}) : context.helper(op, [name, single], {});
  };
  const hasMax = context.has(2);
  const lower = context.has(1) ? bounded(value.name, 1, 'maximum', !hasMax) : value.name;
  return { ...value, name: hasMax ? bounded(lower, 2, 'minimum', true) : lower };
}

/** Clip as the relu or relu6 that it is, or as a clamp. Where the lower bound is above the upper one, the upper holds. */
export function readClip(context: NodeContext): Value {
  const value = context.value(0);
  const isComputed = (input: number): boolean => context.has(input) && !context.isConstant(input);
  if (context.opset >= 11 && (isComputed(1) || isComputed(2))) return clipByComputed(context, value);
  // −3.4e38 and 3.4e38 are how old exporters say that there is no bound.
  const finite = (limit: number | undefined): number | undefined =>
    limit === undefined || Math.abs(limit) >= 3.4e38 ? undefined : limit;
  const max = finite(bound(context, 'max', 2));
  const lower = finite(bound(context, 'min', 1));
  const min = lower !== undefined && max !== undefined ? Math.min(lower, max) : lower;
  if (min === undefined && max === undefined) return value;
  const bounds = { ...(min !== undefined && { min }), ...(max !== undefined && { max }) };
  if (context.integerTypeOf(value) !== undefined) return clipBytes(context, value, min, max);
  const input = [value.name];
  if (min === 0 && max === undefined) return { ...value, name: context.emit('relu', input, {}) };
  if (min === 0 && max === 6) return { ...value, name: context.emit('relu6', input, {}) };
  return { ...value, name: context.emit('clamp', input, bounds) };
}

/**
 * Softmax along one dimension since operator set 13. Before, everything from `axis` on was one dimension: the order of
 * the elements in it does not matter, so that it only has to lie behind the rest.
 */
export function readSoftmax(context: NodeContext): Value {
  const found = context.value(0);
  const shape = shapeOf(found);
  if (context.opset >= 13) {
    const axis = context.axis(context.integerAttribute('axis', -1), shape.length);
    const { name, order } = context.ordered(found);
    return context.result(context.emit('softmax', [name], { axis: order.indexOf(axis) }), order);
  }
  const axis = context.axis(context.integerAttribute('axis', 1), shape.length);
  const isInFront = found.dimensions
    .slice(0, axis)
    .flat()
    .every((part, i) => part === i);
  const value = isInFront ? found : context.natural(found);
  const flat = context.reshaped(value.name, [
    elementCount(shape.slice(0, axis)),
    elementCount(shape.slice(axis)),
  ]);
  return { ...value, name: context.emit('softmax', [flat], { axis: 1 }) };
}
