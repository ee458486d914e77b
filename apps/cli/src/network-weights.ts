import { fromTorchvision, readSafetensors, type SafetensorsFile } from '@sepconv/formats/safetensors';
import type { Graph } from '@sepconv/graph';
import { formatShape, sameShape, type Tensor, toFloat32 } from '@sepconv/tensor';
import { DataError, printable, withContext } from './errors.js';
import { maximumBytes, readBytes } from './files.js';

/** The most names that a message lists. */
const maxListed = 5;

/** Weights for a graph, and what was done otherwise than the file says. */
export interface GivenWeights {
  readonly weights: ReadonlyMap<string, Tensor>;
  readonly notes: readonly string[];
}

const list = (names: readonly string[]): string => {
  const shown = names
    .slice(0, maxListed)
    .map((name) => `"${printable(name)}"`)
    .join(', ');
  return names.length > maxListed ? `${shown} and ${names.length - maxListed} more` : shown;
};

/** A graph's parameters by name, each checked; float16 and bfloat16 become float32. */
function choose(
  graph: Graph,
  tensors: ReadonlyMap<string, Tensor>,
  empty: SafetensorsFile['empty'],
): GivenWeights {
  const needed = graph.parameters.find(({ name }) => empty.has(name));
  if (needed !== undefined) {
    throw new DataError(
      `"${printable(needed.name)}" has the shape ${formatShape(empty.get(needed.name) ?? [])}, without elements, but "${graph.name}" needs ${formatShape(needed.shape)}`,
    );
  }
  const missing = graph.parameters.filter(({ name }) => !tensors.has(name)).map(({ name }) => name);
  if (missing.length > 0) {
    throw new DataError(
      `${missing.length} of the ${graph.parameters.length} parameters of "${graph.name}" are missing: ${list(missing)}; the file must use the network's own names`,
    );
  }
  const weights = new Map<string, Tensor>();
  for (const { name, shape } of graph.parameters) {
    const tensor = tensors.get(name) as Tensor;
    if (!sameShape(tensor.shape, shape)) {
      throw new DataError(
        `"${printable(name)}" has the shape ${formatShape(tensor.shape)}, but "${graph.name}" needs ${formatShape(shape)}; are the network's width and classes the file's?`,
      );
    }
    if (!tensor.dtype.startsWith('float')) {
      throw new DataError(
        `"${printable(name)}" holds ${tensor.dtype}, but weights are float32, float16 or float64`,
      );
    }
    weights.set(name, toFloat32(tensor));
  }
  const unused = [...tensors.keys()].filter((name) => !weights.has(name));
  const notes =
    unused.length === 0 ? [] : [`${unused.length} tensors of the file were not needed: ${list(unused)}`];
  return { weights, notes };
}

/** Tensors under the graph's names, where the file has torchvision's. */
function ownNames(graph: Graph, tensors: ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor> {
  const isTorchvision = tensors.has('features.0.0.weight') && !tensors.has(graph.parameters[0]?.name ?? '');
  return isTorchvision ? fromTorchvision(graph, tensors) : tensors;
}

/**
 * Reads the weights of a graph from a safetensors file.
 *
 * @throws {DataError} naming the file, and the parameters that are missing or of another shape.
 */
export async function readWeights(path: string, graph: Graph): Promise<GivenWeights> {
  const bytes = await readBytes(path, 'the weights', maximumBytes);
  return withContext(`the weights "${printable(path)}" cannot be used`, () => {
    const { tensors, empty } = readSafetensors(bytes);
    return choose(graph, ownNames(graph, tensors), empty);
  });
}
