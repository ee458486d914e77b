/** @file A network from wherever it lies. */
import {
  detectFormat,
  type ExternalData,
  formatOfName,
  type ImportedNetwork,
  type ReadNetworkOptions,
  readNetwork,
} from '@sepconv/formats';
import { inferTypes, type Network, validateNetwork } from '@sepconv/graph';
import { readLocation } from '#platform';
import { VisionError } from './errors.js';

/** A network: where its file lies, the file, or what it was read into. */
export type NetworkSource = string | URL | Blob | Uint8Array | ArrayBuffer | Network | ImportedNetwork;

/** What is used of a network that was read. */
export type LoadedNetwork = Pick<ImportedNetwork, 'network' | 'inputs' | 'outputs' | 'metadata' | 'warnings'>;

function isNetwork(source: object): source is Network {
  return 'graph' in source && 'weights' in source;
}

/** A network that was not read from a file says nothing beside itself. */
function fromNetwork(network: Network): LoadedNetwork {
  validateNetwork(network);
  const types = inferTypes(network.graph);
  return {
    network,
    inputs: network.graph.inputs.map(({ name, shape }) => ({ name, shape })),
    outputs: network.graph.outputs.map((name) => ({ name, shape: types.get(name)?.shape ?? [] })),
    metadata: {},
    warnings: [],
  };
}

/** The files beside a model that it asks for: shards of TF.js, and weights of ONNX that lie elsewhere. */
async function filesBeside(
  bytes: Uint8Array,
  fileName: string,
  beside: (path: string) => Promise<Uint8Array>,
): Promise<ExternalData> {
  const format = detectFormat(bytes, fileName);
  const files = new Map<string, Uint8Array>();
  if (format === 'tfjs') {
    const { loadTfjs } = await import('@sepconv/formats/tfjs');
    const { shards } = await loadTfjs(bytes, beside);
    for (const [path, shard] of shards) files.set(path, shard);
    // Teachable Machine puts the names of classes there; other models have no such file.
    const metadata = await beside('metadata.json').catch(() => undefined);
    if (metadata !== undefined) files.set('metadata.json', metadata);
  } else if (format === 'onnx') {
    const { openOnnx } = await import('@sepconv/formats/onnx');
    for (const path of (await openOnnx(bytes)).externalFiles) files.set(path, await beside(path));
  }
  return files;
}

/**
 * Reads a network from an address, in Node also a path, from bytes, or takes one that was read.
 *
 * @throws {VisionError} when there is no network in it.
 * @throws {FormatError} when the file cannot be read.
 */
export async function loadNetwork(
  source: NetworkSource,
  options: ReadNetworkOptions = {},
): Promise<LoadedNetwork> {
  if (typeof source === 'string' || source instanceof URL) {
    const { bytes, beside } = await readLocation(source);
    const [fileName = ''] = String(source).split(/[?#]/, 1);
    const known = { ...(formatOfName(fileName) && { fileName }), ...options };
    const externalData = options.externalData ?? (await filesBeside(bytes, fileName, beside));
    return readNetwork(bytes, { ...known, externalData });
  }
  if (source instanceof Blob) return readNetwork(new Uint8Array(await source.arrayBuffer()), options);
  if (source instanceof ArrayBuffer) return readNetwork(new Uint8Array(source), options);
  if (source instanceof Uint8Array) return readNetwork(source, options);
  if (typeof source === 'object' && source !== null) {
    if ('network' in source && isNetwork(source.network)) return source;
    if (isNetwork(source as object)) return fromNetwork(source as Network);
  }
  throw new VisionError(
    'there is no network in this: give the address of a model file, its bytes, or what readNetwork or a builder gave',
  );
}
