import type { BinaryOpName, UnaryOpName } from '@sepconv/graph';
import { quote, refuse } from '../../errors.js';
import { emitLeakyRelu } from '../../recognize-leaky-relu.js';
import { emitActivation } from '../activations.js';
import { readCastOfValue } from './composed.js';
import type { NodeCall, NodeValue } from './context.js';

/** A reader of an activation by the name that `activations.ts` has for it. */
export const activation =
  (name: string) =>
  (call: NodeCall): NodeValue => ({
    kind: 'value',
    name: emitActivation(call.emitter, name, call.value(0), call.name),
  });

export const unary =
  (op: UnaryOpName) =>
  (call: NodeCall): NodeValue =>
    call.emit(op, [call.value(0)], {});

/** Arithmetic with NumPy's broadcasting. */
export const binary =
  (op: BinaryOpName) =>
  (call: NodeCall): NodeValue =>
    call.emit(op, [call.value(0), call.value(1)], {});

/** The one number that all elements of a constant are, if it is one that repeats no other input. */
function oneNumber(call: NodeCall, index: number): number | undefined {
  const input = call.input(index);
  if (input.kind !== 'constant' || call.input(1 - index).kind === 'constant') return undefined;
  const [first] = input.data;
  const own = call.shape(1 - index);
  const before = own.length - input.shape.length;
  const fits = input.shape.every((size, axis) => size === 1 || size === own[before + axis]);
  return fits && before >= 0 && input.data.every((value) => value === first) ? first : undefined;
}

/** The one number that all elements of a constant are. */
function scalar(call: NodeCall, index: number): number {
  const { data } = call.constant(index, `input ${index}`);
  const [first = Number.NaN] = data;
  if (!data.every((value) => value === first)) {
    refuse('compares with different numbers; only one for all elements is supported');
  }
  return first;
}

/** Maximum and Minimum with one number: a clamp; with a multiple of the other input: a leaky ReLU. */
export const bounded =
  (side: 'min' | 'max') =>
  (call: NodeCall): NodeValue => {
    const [a, b] = [call.input(0), call.input(1)];
    const leaky =
      a.kind === 'value' && b.kind === 'value'
        ? emitLeakyRelu(call.emitter, side === 'min' ? 'max' : 'min', [a.name, b.name], call.emit.bind(call))
        : undefined;
    if (leaky !== undefined) return leaky;
    const at = b.kind === 'constant' ? 1 : 0;
    const bound = oneNumber(call, at);
    if (bound === undefined || !Number.isFinite(bound))
      return binary(side === 'min' ? 'maximum' : 'minimum')(call);
    if (side === 'min' && bound === 0) return call.emit('relu', [call.value(1 - at)], {});
    return call.emit('clamp', [call.value(1 - at)], { [side]: bound });
  };

/** ClipByValue. */
export function readClip(call: NodeCall): NodeValue {
  const bounds = { min: scalar(call, 1), max: scalar(call, 2) };
  if (bounds.min === 0 && bounds.max === 6) return call.emit('relu6', [call.value(0)], {});
  const { min, max } = bounds;
  const finite = { ...(Number.isFinite(min) && { min }), ...(Number.isFinite(max) && { max }) };
  return Object.keys(finite).length === 0 ? call.input(0) : call.emit('clamp', [call.value(0)], finite);
}

/** LeakyRelu. */
export const readLeakyRelu = (call: NodeCall): NodeValue =>
  call.emit('leaky-relu', [call.value(0)], { slope: call.node.number('alpha', 0.2) });

/** Prelu. */
export const readPrelu = (call: NodeCall): NodeValue =>
  call.emit('prelu', [call.value(0), call.value(1)], {});

/** Softmax over the last dimension. */
export function readSoftmax(call: NodeCall): NodeValue {
  const value = call.value(0);
  return call.emit('softmax', [value], { axis: call.shape(0).length - 1 });
}

/** Identity and the like: the input itself. */
export const readNothing = (call: NodeCall): NodeValue => call.input(0);

const realTypes: ReadonlySet<string> = new Set(['DT_FLOAT', 'DT_HALF', 'DT_BFLOAT16', 'DT_DOUBLE']);
const integerTypes: ReadonlySet<string> = new Set(['DT_INT32', 'DT_INT64']);

/**
 * Cast: to real numbers nothing, since everything that the network computes is real. To integers numbers are cut, those of a
 * constant at load.
 */
export function readCast(call: NodeCall): NodeValue {
  const input = call.input(0);
  const to = call.node.type('DstT');
  if (realTypes.has(to)) return input;
  if (input.kind === 'value') {
    if (to !== 'DT_BOOL' && !integerTypes.has(to))
      refuse(`casts what the network computes to ${quote(to)}, which is not supported`);
    return readCastOfValue(call);
  }
  if (to === 'DT_BOOL')
    return { ...input, data: input.data.map((value) => (value === 0 ? 0 : 1)), name: call.name };
  const data = input.data.map(Math.trunc);
  const limit = to === 'DT_INT32' ? 2 ** 31 : 2 ** 53;
  if (!integerTypes.has(to) || !data.every((value) => value >= -limit && value < limit)) {
    refuse(`casts a constant to ${quote(to)}, which is not supported or cannot hold its numbers`);
  }
  return { ...input, data, name: call.name };
}

/** Const: a weight of the manifest under the node's name. */
export function readConst(call: NodeCall): NodeValue {
  const { shape, data } = call.store.constant(call.name);
  return { kind: 'constant', shape, data, name: call.name };
}
