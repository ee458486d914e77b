import { checkElements, formatShape, sameQuantization, sameShape } from '@sepconv/tensor';
import { GraphError } from './errors.js';
import { inferTypes, type ValueTypes } from './infer.js';
import type { Network } from './types.js';
import { expectNetwork } from './well-formed.js';

/**
 * Checks a graph and that its weights are all there, with the shapes and element types that it declares.
 *
 * @returns the type of every value.
 * @throws {GraphError} naming the parameter and both shapes.
 * @throws {TensorError} when a weight's array has not as many elements as its shape says.
 */
export function validateNetwork(network: Network): ValueTypes {
  expectNetwork(network);
  const { graph, weights } = network;
  const types = inferTypes(graph);
  for (const { name, shape, dtype, quantization } of graph.parameters) {
    const tensor = weights.get(name);
    if (tensor === undefined) {
      throw new GraphError(
        `the network "${graph.name}" needs the weight "${name}" of ${formatShape(shape)}, which is missing`,
      );
    }
    if (!sameShape(tensor.shape, shape) || tensor.dtype !== dtype) {
      throw new GraphError(
        `the weight "${name}" must be ${dtype} ${formatShape(shape)}, but is ${tensor.dtype} ${formatShape(tensor.shape)}`,
      );
    }
    checkElements(tensor, `the weight "${name}"`);
    if (tensor.quantization !== undefined && quantization !== undefined) {
      if (!sameQuantization(tensor.quantization, quantization)) {
        throw new GraphError(
          `the weight "${name}" has the scale ${tensor.quantization.scale[0]} and the zero point ${tensor.quantization.zeroPoint[0]}, but the graph says ${quantization.scale[0]} and ${quantization.zeroPoint[0]}, or differs in another channel`,
        );
      }
    }
  }
  return types;
}
