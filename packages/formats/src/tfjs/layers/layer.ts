import type { HeightWidth } from '@sepconv/graph';
import { filled, type Shape, type Tensor } from '@sepconv/tensor';
import { quote, refuse } from '../../errors.js';
import { emitActivation, isLinear } from '../activations.js';
import type { Emitter, Window } from '../emitter.js';
import type { JsonObject } from '../json.js';
import type { WeightStore } from '../weights.js';

/** Weights by layer and variable, as TF.js finds them: some converters put names of cells or models around. */
export class LayerWeights {
  readonly #store: WeightStore;
  readonly #aliases = new Map<string, string>();

  constructor(store: WeightStore) {
    this.#store = store;
    for (const name of store.names()) {
      const parts = name.replace(/:0$/, '').split('/');
      const last = parts.at(-1) ?? '';
      for (const alias of [
        parts.join('/'),
        [...parts.slice(0, -2), last].join('/'),
        parts.slice(-2).join('/'),
      ]) {
        if (!this.#aliases.has(alias)) this.#aliases.set(alias, name);
      }
    }
  }

  tensor(layer: string, variable: string, rank?: number): Tensor<'float32'> {
    const name = `${layer}/${variable}`;
    return this.#store.tensor(this.#store.has(name) ? name : (this.#aliases.get(name) ?? name), rank);
  }
}

/** One application of a layer: everything that a layer's reader may look at and do. */
export class LayerCall {
  readonly emitter: Emitter;
  readonly config: JsonObject;
  /** The layer's name in its model. */
  readonly layer: string;
  /** Graph values. */
  readonly inputs: readonly string[];
  /** The layer's name in front of which those of nested models stand. */
  readonly name: string;
  readonly #weights: LayerWeights;

  constructor(
    emitter: Emitter,
    weights: LayerWeights,
    call: {
      readonly config: JsonObject;
      readonly layer: string;
      readonly name: string;
      readonly inputs: readonly string[];
    },
  ) {
    this.emitter = emitter;
    this.#weights = weights;
    this.config = call.config;
    this.layer = call.layer;
    this.name = call.name;
    this.inputs = call.inputs;
  }

  /** The one input. */
  get input(): string {
    const [first, ...others] = this.inputs;
    if (first === undefined || others.length > 0)
      refuse(`must have one input, but has ${this.inputs.length}`);
    return first;
  }

  get shape(): Shape {
    return this.emitter.shapeOf(this.input);
  }

  /** A weight of the layer. */
  weight(variable: string, rank?: number): Tensor<'float32'> {
    return this.#weights.tensor(this.layer, variable, rank);
  }

  /** The bias, where the layer has one. */
  bias(): Tensor<'float32'> | undefined {
    return this.config.boolean('use_bias', true) ? this.weight('bias', 1) : undefined;
  }

  /** Two numbers, or one for both, or one in a list. */
  pair(key: string, absent?: HeightWidth): HeightWidth {
    const value = this.config.get(key) ?? absent;
    const list = Array.isArray(value) ? (value as readonly unknown[]) : [value, value];
    const [height, width] = list;
    if (list.length === 2 && Number.isSafeInteger(height) && Number.isSafeInteger(width)) {
      return [height as number, width as number];
    }
    return refuse(`${key} must be one or two integers`);
  }

  /** Strides, dilations and padding of a layer with windows. */
  window(strides: HeightWidth = this.pair('strides', [1, 1])): Window {
    this.expectChannelsLast();
    const padding = this.config.string('padding', 'valid');
    if (padding !== 'same' && padding !== 'valid') {
      refuse(`has the padding ${quote(padding)}; same and valid can be read`);
    }
    return { strides, dilations: this.pair('dilation_rate', [1, 1]), padding };
  }

  expectChannelsLast(): void {
    const format = this.config.string('data_format', 'channels_last');
    if (format !== 'channels_last') {
      refuse(`has the data format ${quote(format)}: convert the model with channels last`);
    }
  }

  /** Emits a layer with the activation of its configuration behind it; the last node has the layer's name. */
  activated(emit: (name: string) => string, op: string): string {
    const activation = this.config.string('activation', 'linear');
    if (isLinear(activation)) return emit(this.name);
    return emitActivation(this.emitter, activation, emit(`${this.name}/${op}`), this.name);
  }

  /** A parameter that a number of the configuration becomes. */
  constant(value: number, name: string): string {
    return this.emitter.parameter(`${this.name}/${name}`, filled('float32', [1], value), 'constant');
  }
}
