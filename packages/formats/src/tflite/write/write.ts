import {
  eliminateDeadNodes,
  expandSeparable,
  expectNetwork,
  type FusedNode,
  foldBatchNorm,
  fuseNodes,
  type Graph,
  type Network,
  validateNetwork,
} from '@sepconv/graph';
import { quote, refuse, within } from '../../errors.js';
import { expectMetadata } from '../../metadata/expect.js';
import type { ModelMetadata } from '../../metadata/metadata.js';
import { activationFusion, fusedActivation } from './activations.js';
import { encodeModel } from './encode.js';
import { TfliteWriter } from './graph-writer.js';
import { resultForm } from './integers.js';
import { metadataBuffers, withLabels } from './metadata.js';
import { writeNode } from './ops.js';

/** Appends a node with the activation that is fused into it. */
function writeFused(writer: TfliteWriter, { node, epilogue: [stage], output }: FusedNode): void {
  const tensor = writer.result(output, resultForm(writer, node));
  writeNode(writer, node, { output: tensor, name: output, activation: fusedActivation(stage) });
}

/**
 * The tensors that a graph returns. What no operator computes, an input or a parameter, is the result of one that leaves it as it is:
 * runtimes give the memory of operators' results.
 */
function outputsOf(writer: TfliteWriter, { inputs, outputs }: Graph): number[] {
  const given = new Set(inputs.map(({ name }) => name));
  return outputs.map((name) => {
    const tensor = writer.value(name);
    if (writer.weight(name) === undefined && !given.has(name)) return tensor;
    const result = writer.helper(name, writer.inFile(name));
    writer.operator('RESHAPE', [tensor, writer.integers(writer.shapeOf(name), `${name}/shape`)], [result]);
    return result;
  });
}

const versionText = (version: string): Uint8Array => {
  // As converters write it: sixteen bytes, the rest of them 0.
  const bytes = new Uint8Array(16);
  bytes.set(new TextEncoder().encode(version));
  return bytes;
};

/**
 * Writes a network as a TFLite (LiteRT) file, in float32 or with its integers. Shapes and layouts are the graph's, and so are names;
 * what one op of the graph is may be several operators, and an activation that alone reads a layer is fused into it. A BatchNorm behind a
 * layer is multiplied into its weight. Weights that are stored as float16 become the float32 that they stand for, a weight that
 * several nodes read stays one.
 *
 * Quantized integers are written as TFLite's own, so that a runtime gives the same bytes. Its products take int8 with a weight around 0,
 * or uint8 with one scale for the weight: bytes that are stored otherwise are the same numbers in the other type inside the file.
 *
 * @param beside - What the file says beside its network: labels and normalization as TFLite Metadata, which other programs read, and what
 * that has no field for in a buffer of our own.
 *
 * @throws {GraphError} when the network contradicts itself or a weight is missing.
 * @throws {FormatError} when TFLite cannot express an op, naming it and what can be done, or when the file would have 2 GB or more.
 *
 * @example
 * await writeFile('mobilenet.tflite', writeTflite(network));
 */
export function writeTflite(network: Network, beside: ModelMetadata = {}): Uint8Array {
  expectNetwork(network);
  expectMetadata(beside);
  validateNetwork(network);
  if (network.graph.inputs.length === 0) refuse('the network has no input, which a TFLite file needs');
  const expanded = { ...network, graph: expandSeparable(network.graph) };
  const { graph, weights } = eliminateDeadNodes(foldBatchNorm(expanded));
  const types = validateNetwork({ graph, weights });
  const writer = new TfliteWriter(graph, weights, types);
  const inputs = graph.inputs.map(({ name }) => writer.result(name));
  for (const fused of fuseNodes(graph, types, activationFusion(types))) {
    within(
      () => `${fused.node.op} ${quote(fused.node.name)}`,
      () => writeFused(writer, fused),
    );
  }
  const model = writer.model(inputs, outputsOf(writer, graph));
  const metadata = new Map([
    ['min_runtime_version', versionText(writer.runtime)],
    ...metadataBuffers(beside, graph.inputs.length, graph.outputs.length),
  ]);
  return withLabels(encodeModel({ ...model, description: graph.name, metadata }), beside.labels);
}
