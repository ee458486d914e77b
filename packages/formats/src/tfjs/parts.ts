import { plainBytes } from '../bytes.js';
import { quote, refuse } from '../errors.js';
import { refuseForeign } from '../foreign-files.js';
import { expectShallow, type Json, parseJson } from '../json.js';
import { JsonObject } from './json.js';
import { readManifest } from './manifest.js';

/** A TF.js model in memory. */
export interface TfjsParts {
  /** The bytes of `model.json`, or what they say. */
  readonly model: Uint8Array | object;
  /** The shards by their paths in `model.json`. */
  readonly shards: ReadonlyMap<string, Uint8Array>;
  /** The bytes of the `metadata.json` beside the model, as Teachable Machine writes it. */
  readonly metadata?: Uint8Array;
}

/** A model's JSON. */
export function modelJson(model: TfjsParts['model']): JsonObject {
  if (model instanceof Uint8Array) {
    refuseForeign(plainBytes(model));
    return new JsonObject(parseJson(plainBytes(model), 'model.json'), 'model.json');
  }
  expectShallow(model as Json, 'model.json');
  return new JsonObject(model as Json, 'model.json');
}

/** The most that all shards together may have: more than a page could hold anyway. */
const defaultMaxBytes = 2 ** 31;

/** Options of {@link loadTfjs}. */
export interface LoadTfjsOptions {
  /** The most bytes that all shards together may have. Default 2³¹. */
  readonly maxBytes?: number;
}

/**
 * Collects a TF.js model's parts, wherever they are.
 *
 * @param model the bytes of `model.json`, or what they say.
 * @param open gives the bytes of a shard. Paths are relative to the model's folder and never lead outside it.
 * @throws {FormatError} when `model.json` is damaged or names a shard that is no file of its folder.
 *
 * @example
 * const folder = '/models/nsfw';
 * const parts = await loadTfjs(await readFile(`${folder}/model.json`), (path) => readFile(`${folder}/${path}`));
 * const { network } = await readTfjs(parts);
 */
export async function loadTfjs(
  model: TfjsParts['model'],
  open: (path: string) => Promise<Uint8Array>,
  options: LoadTfjsOptions = {},
): Promise<TfjsParts> {
  const { maxBytes = defaultMaxBytes } = options ?? {};
  const paths = new Set(readManifest(modelJson(model)).flatMap((group) => group.paths));
  const shards = new Map<string, Uint8Array>();
  let bytes = 0;
  for (const path of paths) {
    const shard = plainBytes(await open(path));
    bytes += shard.length;
    if (bytes > maxBytes) {
      refuse(`the shards have more than ${maxBytes} bytes (at ${quote(path)}): raise the option maxBytes`);
    }
    shards.set(path, shard);
  }
  return { model, shards };
}

/** What is asked of `fetch`. */
type Fetch = (url: string) => Promise<Pick<Response, 'ok' | 'status' | 'arrayBuffer'>>;

/**
 * Fetches a TF.js model: `model.json`, and the shards from beside it.
 *
 * @param url of `model.json`; its query, where it has one, goes to the shards as well.
 * @param fetchBytes what fetches. Default: the global `fetch`.
 * @throws {FormatError} when something is not there, or `model.json` is damaged.
 *
 * @example
 * const { network } = await readTfjs(await fetchTfjs('https://example.org/model/model.json'));
 */
export async function fetchTfjs(
  url: string,
  fetchBytes: Fetch = globalThis.fetch,
  options: LoadTfjsOptions = {},
): Promise<TfjsParts> {
  if (typeof url !== 'string') refuse('a model is fetched from an address, a text');
  if (typeof fetchBytes !== 'function') refuse('what fetches must be a function as `fetch` is');
  const get = async (address: string): Promise<Uint8Array> => {
    const response = await Promise.resolve()
      .then(() => fetchBytes(address))
      .catch((error: unknown) => refuse(`${quote(address)} cannot be fetched: ${(error as Error)?.message}`));
    if (!response?.ok) {
      refuse(`${quote(address)} cannot be fetched: the server answers ${response?.status}`);
    }
    return new Uint8Array(await response.arrayBuffer());
  };
  const [, base = '', query = ''] = /^([^?#]*)(\?[^#]*)?/.exec(url) ?? [];
  const folder = base.slice(0, base.lastIndexOf('/') + 1);
  return loadTfjs(await get(url), (path) => get(`${folder}${path}${query}`), options);
}

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
