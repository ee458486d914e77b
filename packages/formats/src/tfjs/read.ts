import { GraphBuilder } from '@sepconv/graph';
import { Budget } from '../budget.js';
import { plainBytes } from '../bytes.js';
import { refuse, within } from '../errors.js';
import { type ExternalData, externalBytes } from '../external-data.js';
import { type ImportedNetwork, outputNames } from '../imported-network.js';
import { withNormalization } from '../metadata/normalization.js';
import { expectOptions } from '../options.js';
import { Parts, placedValues } from '../partial.js';
import { recognizePatterns } from '../recognize.js';
import { Emitter } from './emitter.js';
import type { TfjsOptions } from './input-shape.js';
import type { JsonObject } from './json.js';
import type { ImportedLayers } from './layers/import.js';
import { readManifest, type WeightGroup } from './manifest.js';
import { tfjsMetadata } from './metadata.js';
import { isGraphModel, modelJson, type TfjsParts } from './parts.js';
import { WeightStore } from './weights.js';

/** A model whose JSON and manifest are read, and the shards as they are given. */
export interface OpenedModel {
  readonly json: JsonObject;
  /** Of `model.json`; 0 where it is given as what it says. */
  readonly jsonBytes: number;
  readonly groups: readonly WeightGroup[];
  readonly shards: TfjsParts['shards'];
  readonly beside: Uint8Array | undefined;
}

/** Reads the nodes of a graph model, or the layers of a Keras configuration. */
export type Importer = (
  json: JsonObject,
  emitter: Emitter,
  store: WeightStore,
  options: TfjsOptions,
  parts: Parts,
) => ImportedLayers;

/** Imports a model of the kind that `importNodes` is for. */
export function importOpened(
  { json, jsonBytes, groups, shards, beside }: OpenedModel,
  options: TfjsOptions,
  importNodes: Importer,
): ImportedNetwork {
  const fileBytes = [...shards.values()].reduce((sum, shard) => sum + shard.length, jsonBytes);
  const budget = new Budget(fileBytes, options.maxElements);
  const store = new WeightStore(groups, shards, budget);
  const builder = new GraphBuilder(options.name ?? 'tfjs');
  const emitter = new Emitter(builder, budget);
  const parts = new Parts(options.partial);
  const { inputs, outputs, values } = importNodes(json, emitter, store, options, parts);
  const graph = within('the TF.js model', () => builder.build(outputNames(outputs)));
  const network = recognizePatterns({ graph, weights: emitter.weights });
  const metadata = tfjsMetadata(json, beside);
  return {
    network,
    inputs: withNormalization(inputs, metadata),
    outputs,
    warnings: emitter.warnings,
    values: placedValues(values, network.graph),
    left: parts.left,
    metadata,
    format: 'tfjs',
  };
}

/** What reads models of a kind, which is loaded when one is read. */
const importerOf = async (json: JsonObject): Promise<Importer> =>
  isGraphModel(json)
    ? (await import('./graph/import.js')).importGraph
    : (await import('./layers/import.js')).importKeras;

/** Reads the JSON and the manifest of parts. */
export function openParts(parts: TfjsParts): OpenedModel {
  if (!(parts?.shards instanceof Map)) {
    refuse(
      'a TF.js model is { model, shards }, with shards as a Map by their paths: loadTfjs and fetchTfjs make it',
    );
  }
  const { model, shards, metadata } = parts;
  const json = modelJson(model);
  const jsonBytes = model instanceof Uint8Array ? model.length : 0;
  return { json, jsonBytes, groups: readManifest(json), shards, beside: metadata };
}

/**
 * Reads a TF.js model, a layers model (Keras) or a graph model (TensorFlow): the graph and the weights. Weights that are
 * stored as uint8, uint16 or float16 become the float32 that they stand for. Images are `[N, H, W, C]`, as in the file; an
 * open batch is 1.
 *
 * The parts are not trusted: whatever their bytes are, the result is a network that fits together, or a `FormatError`, in
 * time and memory bounded by their size.
 *
 * What reads models of the kind is loaded when one is read.
 *
 * @param parts from {@link loadTfjs}, {@link fetchTfjs}, or put together by hand.
 * @throws {FormatError} when something is damaged or missing, or uses what a graph cannot express; unsupported layers and
 * ops are listed all at once.
 *
 * @example
 * const { network, inputs } = await readTfjs(await fetchTfjs('/models/mobilenet/model.json'));
 */
export async function readTfjs(parts: TfjsParts, options: TfjsOptions = {}): Promise<ImportedNetwork> {
  const opened = openParts(parts);
  expectOptions(options);
  return importOpened(opened, options, await importerOf(opened.json));
}

/** {@link readTfjs} of a `model.json` with the files beside it, of which it asks for those that the manifest names. */
export async function readTfjsFile(
  bytes: Uint8Array,
  { externalData = new Map(), ...options }: TfjsOptions & { readonly externalData?: ExternalData },
): Promise<ImportedNetwork> {
  const json = modelJson(bytes);
  const groups = readManifest(json);
  const shards = new Map<string, Uint8Array>();
  for (const path of groups.flatMap((group) => group.paths)) {
    const shard = shards.has(path) ? undefined : externalBytes(externalData, path);
    if (shard !== undefined) shards.set(path, plainBytes(shard));
  }
  const beside = externalBytes(externalData, 'metadata.json', true);
  return importOpened(
    { json, jsonBytes: bytes.length, groups, shards, beside },
    options,
    await importerOf(json),
  );
}
