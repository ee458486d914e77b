import { GraphBuilder } from '@sepconv/graph';
import { Budget } from '../budget.js';
import { plainBytes } from '../bytes.js';
import { within } from '../errors.js';
import { type ExternalData, externalBytes } from '../external-data.js';
import type { ImportedNetwork } from '../imported-network.js';
import { Parts, placedValues } from '../partial.js';
import { recognizePatterns } from '../recognize.js';
import { Emitter } from './emitter.js';
import { importGraph } from './graph/import.js';
import type { TfjsOptions } from './input-shape.js';
import type { JsonObject } from './json.js';
import { importLayers } from './layers/import.js';
import { LayerWeights } from './layers/layer.js';
import { readManifest, type WeightGroup } from './manifest.js';
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

/** A model whose JSON and manifest are read, and the shards as they are given. */
interface OpenedModel {
  readonly json: JsonObject;
  /** Of `model.json`; 0 where it is given as what it says. */
  readonly jsonBytes: number;
  readonly groups: readonly WeightGroup[];
  readonly shards: TfjsParts['shards'];
}

function importOpened(
  { json, jsonBytes, groups, shards }: OpenedModel,
  options: TfjsOptions,
): ImportedNetwork {
  const fileBytes = [...shards.values()].reduce((sum, shard) => sum + shard.length, jsonBytes);
  const budget = new Budget(fileBytes, options.maxElements);
  const store = new WeightStore(groups, shards, budget);
  const builder = new GraphBuilder(options.name ?? 'tfjs');
  const emitter = new Emitter(builder, budget);
  const parts = new Parts(options.partial);
  const { inputs, outputs, values } = isGraphModel(json)
    ? importGraph(json, emitter, store, options, parts)
    : importLayers(kerasModel(json), emitter, new LayerWeights(store), options, parts);
  const names = [...new Set(outputs.map(({ name }) => name))];
  const graph = within('the TF.js model', () => builder.build(names));
  const network = recognizePatterns({ graph, weights: emitter.weights });
  return {
    network,
    inputs,
    outputs,
    warnings: emitter.warnings,
    values: placedValues(values, network.graph),
    left: parts.left,
    format: 'tfjs',
  };
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
export function readTfjs({ model, shards }: TfjsParts, options: TfjsOptions = {}): ImportedNetwork {
  const json = modelJson(model);
  const jsonBytes = model instanceof Uint8Array ? model.length : 0;
  return importOpened({ json, jsonBytes, groups: readManifest(json), shards }, options);
}

/** {@link readTfjs} of a `model.json` with the files beside it, of which it asks for those that the manifest names. */
export function readTfjsFile(
  bytes: Uint8Array,
  { externalData = new Map(), ...options }: TfjsOptions & { readonly externalData?: ExternalData },
): ImportedNetwork {
  const json = modelJson(bytes);
  const groups = readManifest(json);
  const shards = new Map<string, Uint8Array>();
  for (const path of groups.flatMap((group) => group.paths)) {
    const shard = shards.has(path) ? undefined : externalBytes(externalData, path);
    if (shard !== undefined) shards.set(path, plainBytes(shard));
  }
  return importOpened({ json, jsonBytes: bytes.length, groups, shards }, options);
}
