import { countBy } from '../../count-by.js';
import { quote, refuse, within } from '../../errors.js';
import type { ImportedInput, ImportedOutput, ImportedValue } from '../../imported-network.js';
import { type Parts, refuseUntil } from '../../partial.js';
import { expectInputsNamed } from '../../stated-inputs.js';
import type { Emitter } from '../emitter.js';
import { resolveInputShape, type TfjsOptions } from '../input-shape.js';
import type { JsonObject } from '../json.js';
import { kerasModel } from '../parts.js';
import type { WeightStore } from '../weights.js';
import { LayerCall, LayerWeights } from './layer.js';
import { layerReaders } from './registry.js';
import {
  inputShapeOf,
  maxDepth,
  modelClasses,
  readTopology,
  type TensorRef,
  type Topology,
  type TopologyLayer,
} from './topology.js';

interface ImportState {
  readonly emitter: Emitter;
  readonly weights: LayerWeights;
  readonly options: TfjsOptions;
  readonly parts: Parts;
  /** Results of layers by their names, those of nested models behind the models'. */
  readonly values: Map<string, string>;
  /** Values that layers which are left out would have read. */
  readonly loose: string[];
}

const keyOf = ({ layer, node }: TensorRef): string => `${node}:${layer}`;

/** How messages call a layer. */
const describeLayer = ({ className, name }: TopologyLayer): string =>
  `the layer ${className.slice(0, 60)} ${quote(name)}`;

/** The application that a reference means; some files count a nested model's from 1, having built it once before. */
function callOf({ layers }: Topology, ref: TensorRef): { layer: TopologyLayer; reads: readonly TensorRef[] } {
  const layer =
    layers.get(ref.layer) ?? refuse(`there is no layer ${quote(ref.layer)}, which another one reads`);
  if (layer.className === 'InputLayer') return { layer, reads: [] };
  const reads = layer.calls[ref.node] ?? (layer.calls.length === 1 ? layer.calls[0] : undefined);
  if (reads === undefined) {
    refuse(
      `${describeLayer(layer)} is applied ${layer.calls.length} times, but number ${ref.node} is asked for`,
    );
  }
  return { layer, reads };
}

/** One model: values by application of a layer. */
class ModelImport {
  readonly #state: ImportState;
  readonly #topology: Topology;
  readonly #prefix: string;
  readonly #depth: number;
  readonly #values = new Map<string, readonly string[]>();
  /** Applications that are left out. */
  readonly #left = new Set<string>();

  constructor(state: ImportState, topology: Topology, prefix: string, depth: number) {
    this.#state = state;
    this.#topology = topology;
    this.#prefix = prefix;
    this.#depth = depth;
  }

  /** Gives an input layer its value. */
  bind(ref: TensorRef, value: string): void {
    this.#values.set(keyOf(ref), [value]);
  }

  /** Emits everything that the outputs need, each application after those that it reads. */
  outputs(): string[] {
    const { outputs } = this.#topology;
    const open = new Set<string>();
    const stack = outputs.toReversed();
    for (let ref = stack.at(-1); ref !== undefined; ref = stack.at(-1)) {
      const key = keyOf(ref);
      if (this.#isDone(ref)) {
        stack.pop();
        continue;
      }
      const { layer, reads } = callOf(this.#topology, ref);
      const missing = reads.filter((read) => !this.#isDone(read));
      if (missing.length === 0) {
        this.#apply(key, layer, reads);
        stack.pop();
        continue;
      }
      if (open.has(key)) refuse(`${describeLayer(layer)} reads, over others, what it computes itself`);
      open.add(key);
      for (const read of missing) stack.push(read);
    }
    const { parts } = this.#state;
    // Of the whole model, the outputs that there are; a model inside it has all of them or is left out itself.
    const isThere = (ref: TensorRef): boolean => !this.#left.has(keyOf(ref));
    return (parts.isPartial && this.#depth === 0 ? outputs.filter(isThere) : outputs).map((ref) =>
      this.#value(ref),
    );
  }

  #isDone(ref: TensorRef): boolean {
    return this.#values.has(keyOf(ref)) || this.#left.has(keyOf(ref));
  }

  /** Applies a layer, or in a partial read leaves it out. */
  #apply(key: string, layer: TopologyLayer, reads: readonly TensorRef[]): void {
    const { parts, values, loose } = this.#state;
    const name = `${this.#prefix}${layer.name}`;
    const isRead = parts.attempt({ op: layer.className, name }, () => {
      const results = within(describeLayer(layer), () => this.#emit(layer, reads));
      this.#values.set(key, results);
      if (results[0] !== undefined) values.set(name, results[0]);
    });
    if (isRead) return;
    this.#left.add(key);
    for (const read of reads) loose.push(...(this.#values.get(keyOf(read)) ?? []));
  }

  #value(ref: TensorRef): string {
    const value = this.#values.get(keyOf(ref))?.[ref.tensor];
    return value ?? refuse(`output ${ref.tensor} of the layer ${quote(ref.layer)} does not exist`);
  }

  #emit(layer: TopologyLayer, reads: readonly TensorRef[]): readonly string[] {
    const { emitter, weights } = this.#state;
    const inputs = reads.map((read) => this.#value(read));
    if (layer.className === 'InputLayer') refuse('is no input of its model, so that nobody gives it a value');
    if (modelClasses.has(layer.className)) return this.#emitModel(layer, inputs);
    const read = layerReaders.get(layer.className) ?? refuse('cannot be read');
    emitter.charge();
    const name = `${this.#prefix}${layer.name}`;
    return [read(new LayerCall(emitter, weights, { config: layer.config, layer: layer.name, name, inputs }))];
  }

  #emitModel({ json, name }: TopologyLayer, inputs: readonly string[]): readonly string[] {
    if (this.#depth >= maxDepth) refuse(`is a model inside ${maxDepth} others, which is too deep`);
    this.#state.emitter.charge();
    const topology = readTopology(json);
    if (topology.inputs.length !== inputs.length) {
      refuse(`has ${topology.inputs.length} inputs, but is given ${inputs.length}`);
    }
    const model = new ModelImport(this.#state, topology, `${this.#prefix}${name}/`, this.#depth + 1);
    topology.inputs.forEach((ref, i) => {
      model.bind(ref, inputs[i] as string);
    });
    return model.outputs();
  }
}

/** What importing a Keras configuration gives. */
export interface ImportedLayers {
  readonly inputs: readonly ImportedInput[];
  readonly outputs: readonly ImportedOutput[];
  /** Where the file's values are in the graph. */
  readonly values: Iterable<readonly [string, ImportedValue]>;
}

/** Every layer of a model and of those inside it, for counting; nothing is emitted. */
export function* allLayers(topology: Topology, depth = 0): Generator<TopologyLayer> {
  for (const layer of topology.layers.values()) {
    yield layer;
    if (!modelClasses.has(layer.className) || depth >= maxDepth) continue;
    yield* allLayers(readTopology(layer.json), depth + 1);
  }
}

function expectSupported(topology: Topology): void {
  const isReadable = (className: string): boolean =>
    className === 'InputLayer' || modelClasses.has(className) || layerReaders.has(className);
  const counts = countBy(allLayers(topology), ({ className }) =>
    isReadable(className) ? undefined : className,
  );
  if (counts.size === 0) return;
  const list = [...counts].map(
    ([className, { count, first }]) => `${quote(className)} (${count}×, first: ${quote(first.name)})`,
  );
  refuse(
    `the model uses ${counts.size} kinds of layers that cannot be read: ${list.slice(0, 20).join('; ')}. Supported are ${[...layerReaders.keys()].join(', ')}.`,
  );
}

/** Imports a layers model; the graph's outputs are named after the layers that compute them. */
export function importLayers(
  model: JsonObject,
  emitter: Emitter,
  weights: LayerWeights,
  options: TfjsOptions,
  parts: Parts,
): ImportedLayers {
  const whole = readTopology(model);
  const topology = options.until === undefined ? whole : cutAt(whole, options.until);
  // Up to a layer, those behind it may be of any kind.
  if (!parts.isPartial && topology === whole) expectSupported(topology);
  const state: ImportState = { emitter, weights, options, parts, values: new Map(), loose: [] };
  const root = new ModelImport(state, topology, '', 0);
  if (topology.inputs.length === 0) refuse('the model has no input');
  if (topology.outputs.length === 0) refuse('the model has no output');
  const inputLayers = topology.inputs.map((ref) => ({ ref, layer: callOf(topology, ref).layer }));
  expectInputsNamed(
    options.shapes ?? {},
    inputLayers.map(({ layer }) => layer.name),
  );
  const inputs = inputLayers.map(({ ref, layer }) => {
    const dims = inputShapeOf(layer.config);
    const name = emitter.input(layer.name, resolveInputShape(layer.name, dims, options));
    root.bind(ref, name);
    return { name, shape: emitter.shapeOf(name) };
  });
  const names = parts.isPartial ? partialOutputs(root.outputs(), state, inputs) : root.outputs();
  const outputs = names.map((name) => ({ name, shape: emitter.shapeOf(name) }));
  const values = [...inputs.map(({ name }) => [name, name] as const), ...state.values];
  return { inputs, outputs, values: values.map(([layer, name]) => [layer, { name }]) };
}

/** The outputs that there are, and what was left out would have read. */
function partialOutputs(
  outputs: readonly string[],
  { loose }: ImportState,
  inputs: readonly ImportedInput[],
): readonly string[] {
  const found = [...new Set([...outputs, ...loose])].filter(
    (name) => !inputs.some((input) => input.name === name),
  );
  if (found.length === 0) refuse('nothing of the model can be read');
  return found;
}

/** A model up to one of its layers. */
function cutAt(topology: Topology, name: string): Topology {
  if (!topology.layers.has(name)) return refuseUntil(name, [...topology.layers.keys()]);
  return { ...topology, outputs: [{ layer: name, node: 0, tensor: 0 }] };
}

/** Imports a layers model. */
export const importKeras = (
  json: JsonObject,
  emitter: Emitter,
  store: WeightStore,
  options: TfjsOptions,
  parts: Parts,
): ImportedLayers => importLayers(kerasModel(json), emitter, new LayerWeights(store), options, parts);
