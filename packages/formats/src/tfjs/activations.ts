/** @file Activations by the names that Keras and TF.js give them. */
import { quote, refuse } from '../errors.js';
import type { Emitter } from './emitter.js';

type Emit = (emitter: Emitter, value: string, name: string) => string;

/** Softmax over the last dimension. */
const softmax: Emit = (emitter, value, name) =>
  emitter.node('softmax', [value], { axis: emitter.shapeOf(value).length - 1 }, name);

const activations: ReadonlyMap<string, Emit> = new Map(
  Object.entries<Emit>({
    elu: (emitter, value, name) => emitter.node('elu', [value], { alpha: 1 }, name),
    exponential: (emitter, value, name) => emitter.node('exp', [value], {}, name),
    gelu: (emitter, value, name) => emitter.node('gelu', [value], { approximate: 'none' }, name),
    gelu_new: (emitter, value, name) => emitter.node('gelu', [value], { approximate: 'tanh' }, name),
    // Keras 2 and TF.js: 0.2 · x + 0.5, unlike MobileNetV3's.
    hard_sigmoid: (emitter, value, name) =>
      emitter.node('hard-sigmoid', [value], { slope: 0.2, offset: 0.5 }, name),
    relu: (emitter, value, name) => emitter.node('relu', [value], {}, name),
    relu6: (emitter, value, name) => emitter.node('relu6', [value], {}, name),
    selu: (emitter, value, name) =>
      emitter.node('selu', [value], { alpha: 1.6732632423543772, scale: 1.0507009873554805 }, name),
    sigmoid: (emitter, value, name) => emitter.node('sigmoid', [value], {}, name),
    silu: (emitter, value, name) => emitter.node('swish', [value], {}, name),
    softmax,
    swish: (emitter, value, name) => emitter.node('swish', [value], {}, name),
    tanh: (emitter, value, name) => emitter.node('tanh', [value], {}, name),
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
