/**
 * @file Which layer reads what, out of a Keras configuration: a chain (Sequential) or a graph (Model, Functional), either
 * of which may be a layer of another. A layer can be applied several times, once for each of its inbound nodes.
 */
import { quote, refuse } from '../../errors.js';
import { isObject, type Json } from '../../json.js';
import { JsonObject } from '../json.js';

/** A tensor that one application of a layer gives. */
export interface TensorRef {
  readonly layer: string;
  readonly node: number;
  readonly tensor: number;
}

/** A layer, and what each of its applications reads. */
export interface TopologyLayer {
  readonly name: string;
  readonly className: string;
  readonly config: JsonObject;
  /** The layer as it stands in the file; of a model, what {@link readTopology} takes. */
  readonly json: JsonObject;
  readonly calls: readonly (readonly TensorRef[])[];
}

/** A model's layers and how they hang together. */
export interface Topology {
  readonly name: string;
  readonly layers: ReadonlyMap<string, TopologyLayer>;
  /** Names of the input layers. */
  readonly inputs: readonly TensorRef[];
  readonly outputs: readonly TensorRef[];
}

/** Models inside models, deeper than anybody builds them. */
export const maxDepth = 16;

/** Classes that are models themselves. */
export const modelClasses: ReadonlySet<string> = new Set(['Sequential', 'Model', 'Functional']);

const isIndex = (value: Json | undefined): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

/** `[name, node, tensor, …]`. */
function readRef(value: Json, where: string): TensorRef {
  const [layer, node, tensor] = Array.isArray(value) ? (value as readonly Json[]) : [];
  if (typeof layer !== 'string' || !isIndex(node) || !isIndex(tensor)) {
    refuse(`${where} must be made of [layer, node, tensor]`);
  }
  return { layer, node, tensor };
}

/** One reference or a list of them: Keras 3 leaves the list out around a single one. */
function readRefs(model: JsonObject, key: string): TensorRef[] {
  const list = model.list(key);
  const where = `${model.path}.${key}`;
  return typeof list[0] === 'string' ? [readRef(list, where)] : list.map((ref) => readRef(ref, where));
}

/** Tensors in the arguments of a call, as Keras 3 writes them. */
function kerasTensors(value: Json | undefined, where: string, depth = 0): TensorRef[] {
  if (depth > 4) refuse(`${where} is nested more deeply than a call's arguments are`);
  if (Array.isArray(value)) return value.flatMap((item) => kerasTensors(item, where, depth + 1));
  if (typeof value !== 'object' || value === null) return [];
  const object = new JsonObject(value, where);
  if (object.get('class_name') !== '__keras_tensor__') return [];
  return [readRef(object.object('config').get('keras_history') ?? null, where)];
}

/** A call that asks for the layer's behaviour in training: Dropout would drop, BatchNorm would take the batch's statistics. */
function expectInference(args: Json | undefined, where: string): void {
  if (isObject(args) && Object.hasOwn(args, 'training') && args.training === true)
    refuse(`${where} is called with training: true, which is not what it does in inference`);
}

/** What one application of a layer reads. */
function readCall(node: Json, where: string): TensorRef[] {
  if (Array.isArray(node)) {
    return node.map((ref) => {
      if (Array.isArray(ref)) expectInference(ref[3], where);
      return readRef(ref, where);
    });
  }
  const call = new JsonObject(node, where);
  expectInference(call.get('kwargs'), where);
  return kerasTensors(call.get('args'), where);
}

function readLayer(layer: JsonObject): TopologyLayer {
  // Old files have the list of layers of a Sequential in place of its configuration.
  const config = Array.isArray(layer.get('config'))
    ? new JsonObject({}, `${layer.path}.config`)
    : layer.object('config');
  const name = layer.has('name') ? layer.string('name') : config.string('name');
  const where = `the layer ${quote(name)}`;
  return {
    name,
    className: layer.string('class_name'),
    config,
    json: layer,
    calls: layer.list('inbound_nodes').map((node) => readCall(node, where)),
  };
}

function byName(layers: readonly TopologyLayer[], where: string): ReadonlyMap<string, TopologyLayer> {
  const named = new Map<string, TopologyLayer>();
  for (const layer of layers) {
    if (named.has(layer.name)) refuse(`${where} has two layers called ${quote(layer.name)}`);
    named.set(layer.name, layer);
  }
  return named;
}

/** The shape that a layer's configuration gives its input, the batch first. */
export function inputShapeOf(config: JsonObject): readonly Json[] | undefined {
  const key = ['batch_input_shape', 'batch_shape', 'build_input_shape'].find((name) => config.has(name));
  return key === undefined ? undefined : config.list(key);
}

/** The shape that a model inside another one gives its input, or one inside that. */
function innerShapeOf({ className, json }: TopologyLayer, depth: number): readonly Json[] | undefined {
  if (!modelClasses.has(className) || depth >= maxDepth) return undefined;
  const { inputs, layers } = readTopology(json, depth + 1);
  const input = layers.get(inputs[0]?.layer ?? '');
  return input && inputShapeOf(input.config);
}

/** A chain, with an input layer made of what its first layer says where it has none. */
function readSequential(config: JsonObject, list: readonly JsonObject[], depth: number): Topology {
  const chain = list.map(readLayer);
  const [first] = chain;
  if (first === undefined) refuse(`${config.path} has no layers`);
  if (first.className !== 'InputLayer') {
    const shape = inputShapeOf(first.config) ?? inputShapeOf(config) ?? innerShapeOf(first, depth) ?? null;
    const input = new JsonObject({ batch_input_shape: shape }, `${config.path}, its input`);
    chain.unshift({ name: 'input', className: 'InputLayer', config: input, json: input, calls: [] });
  }
  const refs = chain.map(({ name }) => ({ layer: name, node: 0, tensor: 0 }));
  const linked = chain.map((layer, i) => ({ ...layer, calls: [i === 0 ? [] : [refs[i - 1] as TensorRef]] }));
  return {
    name: config.string('name', 'sequential'),
    layers: byName(linked, config.path),
    inputs: refs.slice(0, 1),
    outputs: refs.slice(-1),
  };
}

/**
 * Reads a model's configuration: an object with `class_name` and `config`.
 *
 * @throws {FormatError} when it is not one.
 */
export function readTopology(model: JsonObject, depth = 0): Topology {
  const className = model.string('class_name');
  if (className === 'Sequential') {
    const config = model.get('config');
    if (Array.isArray(config)) {
      const list = model.objects('config');
      return readSequential(new JsonObject({}, `${model.path}.config`), list, depth);
    }
    return readSequential(model.object('config'), model.object('config').objects('layers'), depth);
  }
  if (!modelClasses.has(className)) {
    refuse(`${model.path} is a ${quote(className)}; ${[...modelClasses].join(', ')} can be read`);
  }
  const config = model.object('config');
  return {
    name: config.string('name', 'model'),
    layers: byName(config.objects('layers').map(readLayer), config.path),
    inputs: readRefs(config, 'input_layers'),
    outputs: readRefs(config, 'output_layers'),
  };
}
