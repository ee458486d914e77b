/** @file Whether what is given as a graph or as weights is one at all, for callers without types: everything else relies on it. */
import { printable } from '@sepconv/tensor';
import { GraphError } from './errors.js';

/** What a value is, in words. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'string') return `the text "${printable(value.slice(0, 40))}"`;
  if (typeof value === 'object')
    return `an object (${printable(value.constructor?.name ?? 'without a class')})`;
  return typeof value === 'function' ? 'a function' : String(value);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

const remedy = 'a graph comes from GraphBuilder, a builder of networks, or a reader of files';

function expectList(graph: Readonly<Record<string, unknown>>, field: string): readonly unknown[] {
  const list = graph[field];
  if (Array.isArray(list)) return list;
  throw new GraphError(`the graph's ${field} must be a list, but are ${kindOf(list)}: ${remedy}`);
}

/** @throws {GraphError} when it is no graph. */
export function expectGraph(graph: unknown): void {
  if (!isObject(graph)) throw new GraphError(`a graph must be an object, but is ${kindOf(graph)}: ${remedy}`);
  if (typeof graph['name'] !== 'string') {
    throw new GraphError(`the graph's name must be a text, but is ${kindOf(graph['name'])}: ${remedy}`);
  }
  for (const field of ['inputs', 'parameters'] as const) {
    for (const value of expectList(graph, field)) {
      const isValue = isObject(value) && typeof value['name'] === 'string' && Array.isArray(value['shape']);
      if (!isValue) throw new GraphError(`one of the graph's ${field} has no name and shape: ${remedy}`);
    }
  }
  for (const node of expectList(graph, 'nodes')) {
    const isNode =
      isObject(node) &&
      typeof node['name'] === 'string' &&
      isTexts(node['inputs']) &&
      isTexts(node['outputs']) &&
      isObject(node['attributes']);
    if (!isNode) {
      throw new GraphError(`one of the graph's nodes has no name, inputs, outputs and attributes: ${remedy}`);
    }
  }
  if (!isTexts(graph['outputs'])) {
    throw new GraphError(`the graph's outputs must be a list of names, but are ${kindOf(graph['outputs'])}`);
  }
}

/** @throws {GraphError} when it is no network: a graph and its weights. */
export function expectNetwork(network: unknown): void {
  if (!isObject(network) || !isObject(network['graph'])) {
    const hint = isObject(network) && Array.isArray(network['nodes']) ? ', which is a graph alone' : '';
    throw new GraphError(
      `a network must be { graph, weights }, but is ${kindOf(network)}${hint}: give what a reader gave as its network, or initializeWeights(graph, seed) as weights`,
    );
  }
  expectGraph(network['graph']);
  const weights = network['weights'];
  if (weights instanceof Map) {
    for (const [name, tensor] of weights) {
      const isTensor =
        isObject(tensor) && typeof tensor['dtype'] === 'string' && Array.isArray(tensor['shape']);
      if (!isTensor) {
        throw new GraphError(
          `the weight "${printable(String(name))}" must be a tensor, but is ${kindOf(tensor)}: make one with createTensor`,
        );
      }
    }
    return;
  }
  const hint = isObject(weights) ? ': give new Map(Object.entries(weights))' : '';
  throw new GraphError(`weights must be a Map from name to tensor, but are ${kindOf(weights)}${hint}`);
}
