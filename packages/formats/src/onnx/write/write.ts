import { expandSeparable, type Network, validateNetwork } from '@sepconv/graph';
import { quote, within } from '../../errors.js';
import { fileShape, GraphWriter } from './graph-writer.js';
import { writeNode } from './ops.js';
import { encodeModel } from './proto.js';

/**
 * Writes a network as an ONNX file, of operator set 17 or, where an op needs it, a later one. Values of four dimensions
 * are images: N, H, W, C here, N, C, H, W in the file, inputs and outputs included. Names stay; weights that are stored
 * as float16 become the float32 that they stand for, and a separable-conv2d the two convolutions that it is.
 *
 * Quantized integers stay integers, and every op on them is written in real numbers between DequantizeLinear and QuantizeLinear
 * (QDQ), which runtimes join to ops on integers of their own; they may round a sum to the neighbouring integer. What no op of
 * ONNX computes from scales is refused: sums without scales, and quantization by the numbers themselves.
 *
 * @throws {GraphError} when the network contradicts itself or a weight is missing.
 * @throws {FormatError} when an op has no counterpart, or needs a weight that the network computes.
 *
 * @example
 * await writeFile('mobilenet.onnx', writeOnnx(network));
 */
export function writeOnnx(network: Network): Uint8Array {
  const graph = expandSeparable(network.graph);
  const types = validateNetwork({ graph, weights: network.weights });
  const writer = new GraphWriter(graph, network.weights, types);
  for (const node of graph.nodes) within(`${node.op} ${quote(node.name)}`, () => writeNode(writer, node));
  const value = (name: string) => ({
    name,
    type: writer.elementsOf(name),
    shape: fileShape(writer.shapeOf(name)),
  });
  return encodeModel({
    name: graph.name,
    opset: writer.opset,
    nodes: writer.nodes,
    initializers: writer.initializers,
    inputs: graph.inputs.map(({ name }) => value(name)),
    outputs: graph.outputs.map(value),
  });
}
