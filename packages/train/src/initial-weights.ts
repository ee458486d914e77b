import { expectGraph, type Graph, type Parameter, type Weights } from '@sepconv/graph';
import { filled, type Random, randomTensor, type Tensor } from '@sepconv/tensor';
import { randomAt } from './data/random-streams.js';
import { TrainError } from './errors.js';
import { expectSeed } from './place.js';

/** Names of weights that sum over their window only: one input channel for each output channel. */
function depthwiseNames(graph: Graph): ReadonlySet<string> {
  return new Set(
    graph.nodes.flatMap(({ op, inputs }) =>
      op === 'depthwise-conv2d' || op === 'separable-conv2d' ? [inputs[1]!] : [],
    ),
  );
}

function initial({ role, shape }: Parameter, isDepthwise: boolean, random: Random): Tensor<'float32'> {
  if (role === 'weight') {
    const terms = shape.slice(0, isDepthwise ? 2 : -1).reduce((product, size) => product * size, 1);
    const limit = Math.sqrt(6 / terms);
    return randomTensor(shape, random, -limit, limit);
  }
  return filled('float32', shape, role === 'scale' || role === 'variance' ? 1 : 0);
}

/**
 * Weights to start training from: uniform with the variance 2 / fan-in of He et al. 2015 (arXiv:1502.01852), biases and
 * shifts 0, scales 1, moving statistics of mean 0 and variance 1. Constants are taken from `known`.
 *
 * The same graph and seed give the same numbers; a weight's do not depend on the other layers.
 *
 * @throws {TrainError} when a parameter is not float32, or a constant is not known.
 */
export function initialWeights(graph: Graph, seed: number, known: Weights = new Map()): Weights {
  expectGraph(graph);
  expectSeed(seed);
  const depthwise = depthwiseNames(graph);
  return new Map(
    graph.parameters.map((parameter, index) => {
      const { name, role, dtype } = parameter;
      if (dtype !== 'float32') throw new TrainError(`"${name}" is ${dtype}, but training runs in float32`);
      if (role !== 'constant') return [name, initial(parameter, depthwise.has(name), randomAt(seed, index))];
      const constant = known.get(name);
      if (constant === undefined)
        throw new TrainError(`the constant "${name}" of "${graph.name}" is missing`);
      return [name, constant];
    }),
  );
}
