import { createRandom, filled, type Random, randomTensor, type Tensor } from '@sepconv/tensor';
import { GraphError } from './errors.js';
import type { Graph, Parameter, Weights } from './types.js';
import { expectGraph } from './well-formed.js';

/**
 * Inputs that each output of a weight sums over: `K_h · K_w · C_in` for a convolution `[K_h, K_w, C_in, C_out]`, the
 * taps `K_h · K_w` for a depthwise one, `C_in` for a dense layer `[C_in, C_out]`.
 */
function fanIn({ name, shape }: Parameter, depthwise: ReadonlySet<string>): number {
  return shape.slice(0, depthwise.has(name) ? 2 : -1).reduce((product, dimension) => product * dimension, 1);
}

/** The weights of depthwise convolutions. */
function depthwiseWeights({ nodes }: Graph): ReadonlySet<string> {
  return new Set(
    nodes.flatMap(({ op, inputs }) =>
      op === 'depthwise-conv2d' || op === 'separable-conv2d' ? inputs.slice(1, 2) : [],
    ),
  );
}

function initialize(parameter: Parameter, depthwise: ReadonlySet<string>, random: Random): Tensor<'float32'> {
  const { shape, role } = parameter;
  if (parameter.dtype !== 'float32') {
    throw new GraphError(
      `initializeWeights makes float32 numbers, but the parameter "${parameter.name}" is ${parameter.dtype}`,
    );
  }
  switch (role) {
    case 'weight': {
      // He et al. 2015: the variance 2 / fan-in keeps the scale through ReLU; uniform in ±√3 standard deviations.
      const limit = Math.sqrt(6 / fanIn(parameter, depthwise));
      return randomTensor(shape, random, -limit, limit);
    }
    case 'bias':
    case 'shift':
    case 'mean':
      return randomTensor(shape, random, -0.1, 0.1);
    case 'scale':
    case 'variance':
      return randomTensor(shape, random, 0.8, 1.2);
    case 'constant':
      return filled('float32', shape, 0);
  }
}

/**
 * Seeded float32 numbers for every parameter: weights by He et al. 2015 (arXiv:1502.01852), biases and BatchNorm's
 * statistics near their neutral values but not at them, so that a mistake with one of them shows.
 *
 * The same graph and seed give the same numbers on every engine.
 *
 * @throws {GraphError} when a parameter is of another element type.
 */
export function initializeWeights(graph: Graph, seed: number): Weights {
  expectGraph(graph);
  const random = createRandom(seed);
  const depthwise = depthwiseWeights(graph);
  return new Map(
    graph.parameters.map((parameter) => [parameter.name, initialize(parameter, depthwise, random)]),
  );
}
