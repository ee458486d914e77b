import { GraphBuilder } from '@sepconv/graph';
import { Budget } from '../budget.js';
import { plainBytes } from '../bytes.js';
import { within } from '../errors.js';
import type { ImportedNetwork } from '../imported-network.js';
import { recognizePatterns } from '../recognize.js';
import { Emitter } from './emitter.js';
import { importGraph } from './graph/import.js';
import type { TfjsOptions } from './input-shape.js';
import type { JsonObject } from './json.js';
import { importLayers } from './layers/import.js';
import { LayerWeights } from './layers/layer.js';
import { readManifest } from './manifest.js';
import { modelJson, type TfjsParts } from './parts.js';
import { WeightStore } from './weights.js';

/** Whether it is a graph model; a layers model has a Keras configuration in place of nodes. */
export function isGraphModel(model: JsonObject): boolean {
  if (model.get('format') === 'graph-model') return true;
  return model.object('modelTopology').has('node');
}

/** A layers model's configuration, which some converters put into an object of its own. */
export function kerasModel(model: JsonObject): JsonObject {
  const topology = model.object('modelTopology');
  return topology.has('model_config') ? topology.object('model_config') : topology;
}

/** The shards that a model names, from files given by their paths; what is missing is left out here. */
export function shardsFrom(
  model: TfjsParts['model'],
  files: ReadonlyMap<string, Uint8Array> | ((path: string) => Uint8Array | undefined) = new Map(),
): ReadonlyMap<string, Uint8Array> {
  const shards = new Map<string, Uint8Array>();
  for (const path of readManifest(modelJson(model)).flatMap((group) => group.paths)) {
    const shard = shards.has(path) ? undefined : typeof files === 'function' ? files(path) : files.get(path);
    if (shard !== undefined) shards.set(path, plainBytes(shard));
  }
  return shards;
}

function sizeOf({ model, shards }: TfjsParts): number {
  const bytes = model instanceof Uint8Array ? model.length : 0;
  return [...shards.values()].reduce((sum, shard) => sum + shard.length, bytes);
}

/**
 * Reads a TF.js model, a layers model (Keras) or a graph model (TensorFlow): the graph and the weights. Weights that are
 * stored as uint8, uint16 or float16 become the float32 that they stand for. Images are `[N, H, W, C]`, as in the file; an
 * open batch is 1.
 *
 * The parts are not trusted: whatever their bytes are, the result is a network that fits together, or a `FormatError`, in
 * time and memory bounded by their size.
 *
 * @param parts from {@link loadTfjs}, {@link fetchTfjs}, or put together by hand.
 * @throws {FormatError} when something is damaged or missing, or uses what a graph cannot express; unsupported layers and
 * ops are listed all at once.
 *
 * @example
 * const { network, inputs } = readTfjs(await fetchTfjs('/models/mobilenet/model.json'));
 */
export function readTfjs(parts: TfjsParts, options: TfjsOptions = {}): ImportedNetwork {
  const model = modelJson(parts.model);
  const budget = new Budget(sizeOf(parts), options.maxElements);
  const store = new WeightStore(readManifest(model), parts.shards, budget);
  const builder = new GraphBuilder(options.name ?? 'tfjs');
  const emitter = new Emitter(builder, budget);
  const { inputs, outputs } = isGraphModel(model)
    ? importGraph(model, emitter, store, options)
    : importLayers(kerasModel(model), emitter, new LayerWeights(store), options);
  const names = [...new Set(outputs.map(({ name }) => name))];
  const graph = within('the TF.js model', () => builder.build(names));
  const network = recognizePatterns({ graph, weights: emitter.weights });
  return { network, inputs, outputs, warnings: emitter.warnings, format: 'tfjs' };
}
