/** @file Activations by the names that Keras and TF.js give them. */
import type { AttributesOf, UnaryOpName } from '@sepconv/graph';
import { quote, refuse } from '../errors.js';
import type { Emitter } from './emitter.js';

type Emit = (emitter: Emitter, value: string, name: string) => string;

const emitOp =
  <Name extends UnaryOpName>(op: Name, attributes: AttributesOf[Name]): Emit =>
  (emitter, value, name) =>
    emitter.node(op, [value], attributes, name);

/** Softmax over the last dimension. */
const softmax: Emit = (emitter, value, name) =>
  emitter.node('softmax', [value], { axis: emitter.shapeOf(value).length - 1 }, name);

const activations: ReadonlyMap<string, Emit> = new Map(
  Object.entries<Emit>({
    elu: emitOp('elu', { alpha: 1 }),
    exponential: emitOp('exp', {}),
    gelu: emitOp('gelu', { approximate: 'none' }),
    gelu_new: emitOp('gelu', { approximate: 'tanh' }),
    // Keras 2 and TF.js: 0.2 · x + 0.5, unlike MobileNetV3's.
    hard_sigmoid: emitOp('hard-sigmoid', { slope: 0.2, offset: 0.5 }),
    relu: emitOp('relu', {}),
    relu6: emitOp('relu6', {}),
    selu: emitOp('selu', { alpha: 1.6732632423543772, scale: 1.0507009873554805 }),
    sigmoid: emitOp('sigmoid', {}),
    silu: emitOp('swish', {}),
    softmax,
    softplus: emitOp('softplus', {}),
    swish: emitOp('swish', {}),
    tanh: emitOp('tanh', {}),
  }),
);

/** Whether an activation is the identity. */
export const isLinear = (activation: string): boolean => activation === 'linear' || activation === '';

/**
 * Appends an activation by its name.
 *
 * @throws {FormatError} when there is none of this name.
 */
export function emitActivation(emitter: Emitter, activation: string, value: string, name: string): string {
  if (isLinear(activation)) return value;
  const emit = activations.get(activation);
  if (emit === undefined) {
    refuse(
      `has the activation ${quote(activation)}; supported are linear, ${[...activations.keys()].join(', ')}`,
    );
  }
  return emit(emitter, value, name);
}
