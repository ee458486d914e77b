/** @file For tests only: a network in float64, with numbers at which it has a derivative. */
import type { Graph, Network } from '@sepconv/graph';
import {
  createRandom,
  createTensor,
  elementCount,
  type Random,
  type Shape,
  type Tensor,
} from '@sepconv/tensor';

/** Uniform numbers in float64. */
export function randomFloat64(shape: Shape, random: Random, low = -1, high = 1): Tensor<'float64'> {
  const data = Float64Array.from({ length: elementCount(shape) }, () => low + (high - low) * random.next());
  return createTensor('float64', shape, data);
}

/** The same graph with every input and parameter in float64. */
function inFloat64(graph: Graph): Graph {
  return {
    ...graph,
    inputs: graph.inputs.map((input) => ({ ...input, dtype: 'float64' })),
    parameters: graph.parameters.map((parameter) => ({ ...parameter, dtype: 'float64' })),
  };
}

/** Ops with a pole or an end at 0, near which no difference is a derivative. */
const positiveOps: ReadonlySet<string> = new Set(['div', 'pow', 'sqrt']);

/**
 * A network and its inputs with new random numbers: scales and variances around 1, what a division, a power or a root reads in
 * ½…1¼, everything else in −2…2.
 */
export function redrawn(
  graph: Graph,
  seed: number,
): { network: Network; inputs: Map<string, Tensor<'float64'>> } {
  const random = createRandom(seed);
  const [least, most] = graph.nodes.some(({ op }) => positiveOps.has(op)) ? [0.5, 1.25] : [-2, 2];
  const drawn = (shape: Shape, role?: string) =>
    role === 'scale' || role === 'variance'
      ? randomFloat64(shape, random, 0.5, 1.5)
      : randomFloat64(shape, random, least, most);
  const weights = new Map(graph.parameters.map(({ name, shape, role }) => [name, drawn(shape, role)]));
  const inputs = new Map(graph.inputs.map(({ name, shape }) => [name, drawn(shape)]));
  return { network: { graph: inFloat64(graph), weights }, inputs };
}
