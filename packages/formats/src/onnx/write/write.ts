import { expandSeparable, expectNetwork, type Network, validateNetwork } from '@sepconv/graph';
import { quote, refuse, within } from '../../errors.js';
import { expectMetadata } from '../../metadata/expect.js';
import type { ModelMetadata } from '../../metadata/metadata.js';
import { propertiesOf } from '../../metadata/properties.js';
import { type OnnxForm, onnxForms } from './form.js';
import { fileShape, GraphWriter } from './graph-writer.js';
import { writeNode } from './ops.js';
import { encodeModel } from './proto.js';
import { withUnsignedBytes } from './unsigned.js';

/** Options of the ONNX writer. */
export interface OnnxWriteOptions {
  /** How products of quantized integers are written. Default `'qdq'`. */
  readonly form?: OnnxForm;
  /**
   * Whether onnxruntime is to give the same integers on every processor, those that the file gives when it is read here. Then bytes are
   * unsigned where it would cut sums of signed ones, means of bytes are convolutions, and sums and products of two values are not
   * joined to its integer ops, which round otherwise on each kind of processor. `false` leaves all that to the runtime, which is faster. Default
   * true.
   */
  readonly exact?: boolean;
}

/**
 * Writes a network as an ONNX file, of operator set 17 or, where an op needs it, a later one. Values of four dimensions
 * are images: N, H, W, C here, N, C, H, W in the file, inputs and outputs included. Names stay; weights that are stored
 * as float16 become the float32 that they stand for, and a separable-conv2d the two convolutions that it is.
 *
 * Quantized integers stay integers, and every op on them is written in real numbers between DequantizeLinear and QuantizeLinear
 * (QDQ), of which runtimes make products of integers. By the form `'qlinear'` products are QLinearConv and QLinearMatMul; a dense layer
 * with a bias is a convolution of its rows, because QLinearMatMul has none. Read back with `arithmetic: 'integer'`, either gives onnxruntime's
 * integers: by `'qlinear'` at every level of its optimization, by `'qdq'` at the levels that join products, `'extended'` and `'all'`,
 * its default. Integers without scales are ConvInteger, MatMulInteger and DynamicQuantizeLinear.
 *
 * @param metadata - What the file says beside the network, as `metadata_props`: names of classes, how images are prepared.
 * @param options - How integers are written.
 * @throws {GraphError} when the network contradicts itself or a weight is missing.
 * @throws {FormatError} when an op has no counterpart, or needs a weight that the network computes.
 *
 * @example
 * await writeFile('mobilenet.onnx', writeOnnx(network));
 */
export function writeOnnx(
  network: Network,
  metadata: ModelMetadata = {},
  options: OnnxWriteOptions = {},
): Uint8Array {
  const { form = 'qdq', exact = true } = options ?? {};
  if (!onnxForms.includes(form)) refuse(`the form must be "qdq" or "qlinear", not "${String(form)}"`);
  expectNetwork(network);
  expectMetadata(metadata);
  validateNetwork(network);
  const expanded = { ...network, graph: expandSeparable(network.graph) };
  const written = exact ? withUnsignedBytes(expanded) : expanded;
  const { graph } = written;
  const types = validateNetwork(written);
  const writer = new GraphWriter(written, types, { form, exact });
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
    properties: propertiesOf(metadata),
  });
}
