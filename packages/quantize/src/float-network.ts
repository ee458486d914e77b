/** @file The network that is quantized: real numbers only, its norms in the layers before them, and everything spelled in the ops that integers have. */
import {
  contractOf,
  eliminateDeadNodes,
  expandSeparable,
  foldBatchNorm,
  type Graph,
  type Network,
  validateNetwork,
} from '@sepconv/graph';
import { elementCount, type Tensor, toFloat32 } from '@sepconv/tensor';
import { spelledForIntegers } from '@sepconv/train/quantization';
import { QuantizeError } from './errors.js';

/** @throws {QuantizeError} when it computes with integers already, or a weight is no number. */
function checkFloat(graph: Graph, weights: Network['weights']): void {
  const integer = graph.nodes.find(({ op }) => contractOf(op).integers === 'own');
  if (integer !== undefined) {
    throw new QuantizeError(
      `the network "${graph.name}" is quantized already: ${integer.op} "${integer.name}" computes with integers; read it as real numbers first`,
    );
  }
  for (const { name, shape, dtype, role } of graph.parameters) {
    if (dtype !== 'float32' && dtype !== 'float16' && role !== 'constant')
      throw new QuantizeError(`the weight "${name}" is ${dtype}, but only real numbers can be quantized`);
    if (elementCount(shape) === 0) throw new QuantizeError(`the weight "${name}" has no numbers`);
    const { data } = toFloat32(weights.get(name) as Tensor);
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) {
      throw new QuantizeError(
        `the weight "${name}" has ${data[at]} at element ${at}, which no integer stands for: the network is damaged`,
      );
    }
  }
}

/**
 * A network ready to be quantized: separable convolutions as the two that they are, BatchNorm folded, and ops without a form in
 * integers spelled by such as have one. It computes what the given one does, up to rounding.
 *
 * @throws {QuantizeError} when it is quantized already, or a weight is not finite.
 * @throws {GraphError} when it contradicts itself.
 */
export function floatNetwork(network: Network): Network {
  validateNetwork(network);
  checkFloat(network.graph, network.weights);
  const expanded = { ...network, graph: expandSeparable(network.graph) };
  return spelledForIntegers(foldBatchNorm(eliminateDeadNodes(expanded)));
}
